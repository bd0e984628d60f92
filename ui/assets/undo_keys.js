// Ctrl+Z and Ctrl+Shift+Z press the page's buttons. Streamlit's own shortcuts also act within a text
// field, where these keys take back what was typed.

const watches = new WeakMap(); // of each element: how its watch ends

const WRITTEN_IN = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range])";
const isWriting = ({ target }) => target.closest?.(WRITTEN_IN);

const buttonIn = (name) => document.querySelector(`.${name} button`);

/** `data` has the classes of the elements with the buttons: `undo` and `redo`. */
export default function ({ data, parentElement }) {
  watches.get(parentElement)?.();
  const press = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z" || isWriting(event)) return;
    event.preventDefault();
    buttonIn(event.shiftKey ? data.redo : data.undo)?.click();
  };
  document.addEventListener("keydown", press);
  const end = () => document.removeEventListener("keydown", press);
  watches.set(parentElement, end);
  return end;
}

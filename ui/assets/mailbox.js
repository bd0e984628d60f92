// What a component sends to Python, and whether Python has answered it.

/** What this tab has sent as one kind of event, until Python answers the newest one. */
export function mailbox(name, setStateValue, held) {
  const box = { sent: null, count: 0 };
  box.send = (says) => {
    box.count += 1;
    box.sent = `${Date.now()}-${box.count}`;
    setStateValue(name, { id: box.sent, says, holds: held() });
  };
  // An answer to an older event would undo a newer one that is still on its way.
  box.isAnswered = (answered) => box.sent === null || answered === box.sent;
  return box;
}

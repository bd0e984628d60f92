// An open page that notices when the server goes away, and shows what is true again when it is back.

const MILLISECONDS_BETWEEN_LOOKS = 2000;

export default function ({ data, parentElement }) {
  const notice = parentElement.querySelector(".atlas-away");
  let away = false;

  async function look() {
    const here = await fetch("_stcore/health", { cache: "no-store" }).then((r) => r.ok, () => false);
    if (here && away) location.reload();
    away = !here;
    notice.textContent = away ? data.notice : "";
    notice.hidden = !away;
  }

  const timer = setInterval(look, MILLISECONDS_BETWEEN_LOOKS);
  return () => clearInterval(timer);
}

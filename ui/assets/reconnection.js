// An open page that notices when the server goes away, and shows what is true again when it is back.
//
// One request that fails means little: the page is loaded anew only if its session was lost, because
// another run of the server answers, or it was away for longer than it keeps a session. A reload would
// end an upload that goes on.

const MILLISECONDS_BETWEEN_LOOKS = 2000;
const MILLISECONDS_A_SESSION_IS_KEPT = 110_000; // Streamlit: two minutes
const FAILURES_TO_BE_AWAY = 2;
const MOST_JITTER = 3000; // so that not all pages ask a server at once that has just started
const RUN = "SOM-Atlas-Run"; // names the run of the server; not there where app.py runs alone

// On the window, as Streamlit loads this module anew after a connection was lost.
window.atlasServer ??= { run: null, seen: Date.now(), failures: 0, isLeaving: false };
const known = window.atlasServer;

function isLost(run) {
  if (known.run !== null && run !== known.run) return true;
  if (Date.now() - known.seen > MILLISECONDS_A_SESSION_IS_KEPT) return true;
  return run === "" && known.failures >= FAILURES_TO_BE_AWAY;
}

export default function ({ data, parentElement }) {
  const notice = parentElement.querySelector(".atlas-away");

  async function look() {
    const answer = await fetch("_stcore/health", { cache: "no-store" }).then((found) => (found.ok ? found : null), () => null);
    if (answer === null) {
      known.failures += 1;
    } else {
      const run = answer.headers.get(RUN) ?? "";
      if (isLost(run) && !known.isLeaving) {
        known.isLeaving = true;
        setTimeout(() => location.reload(), Math.random() * MOST_JITTER);
      }
      Object.assign(known, { run, seen: Date.now(), failures: 0 });
    }
    const isAway = known.failures >= FAILURES_TO_BE_AWAY;
    notice.textContent = isAway ? data.notice : "";
    notice.hidden = !isAway;
  }

  const timer = setInterval(look, MILLISECONDS_BETWEEN_LOOKS);
  return () => clearInterval(timer);
}

// The sign beside a heading copies the heading's address as well as going there.
import say from "./say.js";

let status;

/** Copies the address of a link and says so. */
export async function copy(link) {
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    return;
  }
  if (!status) {
    status = Object.assign(document.createElement("p"), { className: "copied" });
    status.setAttribute("role", "status");
    document.querySelector("main").append(status);
  }
  status.textContent = say.copied;
  setTimeout(() => (status.textContent = ""), 2000);
}

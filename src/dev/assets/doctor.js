// Reads a page as a kind editor would. Each remark says what to type; none of them stops a build.

const EMPTY_WORDS = new Set(["here", "click here", "this", "this page", "link", "this link", "more", "read more"]);
const CLAIM = 30;
const PARAGRAPH = 120;

function words(node) {
  return node.textContent.trim().split(/\s+/u).filter(Boolean).length;
}

/** The remarks on a page: what is meant, and what to do. */
export function examine(page) {
  const remarks = [];
  const say = (node, message, help) => remarks.push({ node, message, help });
  const claim = page.querySelector("article.page > .claim");
  if (claim && words(claim) > CLAIM) {
    say(claim, `The claim has ${words(claim)} words.`, `Say it in one sentence of at most ${CLAIM}; the rest may follow below.`);
  }
  const text = page.querySelector("article.page .text");
  if (!text) return remarks;
  for (const link of text.querySelectorAll("a[href]")) {
    if (EMPTY_WORDS.has(link.textContent.trim().toLowerCase())) {
      say(link, `A link says only “${link.textContent.trim()}”.`, "Put the brackets around words that name what it leads to.");
    }
  }
  for (const paragraph of text.querySelectorAll("p")) {
    if (words(paragraph) > PARAGRAPH) {
      say(paragraph, `A paragraph has ${words(paragraph)} words.`, "Put an empty line where the next thought begins.");
    }
  }
  return remarks;
}

// Choosing the words that answer a question: quotes that were found, another paragraph, or none in the documents.
"use strict";

function made(name, className = "", words = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (words) element.textContent = words;
  return element;
}

function button(className, words, act) {
  const pressed = made("button", className, words);
  pressed.type = "button";
  pressed.addEventListener("click", act);
  return pressed;
}

/**
 * Fill `place` with what may be chosen.
 *
 * `quotes` are {text, document, citation}; `search(words)` resolves to more of them; `chosen({gold, unanswerable})`
 * resolves when it is done, or rejects with a message for the reader. With `noneFirst`, that nothing answers it stands at
 * the top; with `paragraphsOnly`, only a paragraph is wanted.
 */
export function offerWords(place, { text, quotes, search, chosen, noneFirst = false, paragraphsOnly = false }) {
  const problem = made("p", "choosing-problem");
  problem.setAttribute("role", "alert");
  const choose = async (wanted) => {
    const buttons = place.querySelectorAll("button");
    for (const one of buttons) one.disabled = true;
    problem.textContent = "";
    try {
      await chosen(wanted);
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  };
  const take = ({ document: id, text: quote }) => choose({ gold: [{ document: id, quote }], unanswerable: false });
  const finder = paragraphFinder(text, search, take);
  if (paragraphsOnly) {
    place.replaceChildren(finder.form, problem);
    finder.open();
    return;
  }
  const more = button("choosing-more", text("growing.another"), () => {
    // It stays where it is: a second click would else meet what moves into its place.
    more.setAttribute("aria-disabled", "true");
    list.hidden = true;
    finder.open();
  });
  const none = button("choosing-none", text("growing.not_there"), () => choose({ gold: [], unanswerable: true }));
  const list = quotes.length ? wordList(text, quotes, take) : made("p", "choosing-empty", text("growing.quotes_none"));
  const others = made("div", "choosing-others");
  others.append(more, none);
  const parts = noneFirst ? [others, list, finder.form] : [list, finder.form, others];
  place.replaceChildren(made("p", "choosing-ask", text("growing.which")), ...parts, problem);
}

function wordList(text, quotes, take) {
  const list = made("ul", "choosing-words");
  for (const quote of quotes) {
    const entry = made("li");
    const words = made("span", "choosing-quote", quote.text);
    words.dir = "auto";
    const choice = button("", "", () => take(quote));
    choice.append(words, made("bdi", "choosing-citation", quote.citation));
    entry.append(choice);
    list.append(entry);
  }
  return list;
}

function paragraphFinder(text, search, take) {
  const form = made("form", "choosing-find");
  form.hidden = true;
  const words = made("input");
  words.type = "search";
  words.id = "choosing-search";
  words.maxLength = 200;
  words.dir = "auto";
  words.autocomplete = "off";
  const label = made("label", "", text("growing.another_words"));
  label.htmlFor = words.id;
  const submit = made("button", "", text("growing.another_search"));
  submit.type = "submit";
  const line = made("div", "choosing-line");
  line.append(words, submit);
  const told = made("p", "choosing-told");
  told.setAttribute("role", "status");
  const found = made("div");
  form.append(label, line, told, found);
  const look = async () => {
    submit.disabled = true;
    try {
      const paragraphs = await search(words.value.trim());
      told.textContent = paragraphs.length
        ? text("growing.another_found", { count: paragraphs.length })
        : text("growing.another_none");
      found.replaceChildren(wordList(text, paragraphs, take));
    } catch (error) {
      told.textContent = error.message;
    } finally {
      submit.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look();
  });
  return {
    form,
    open() {
      form.hidden = false;
      words.focus();
      look();
    },
  };
}

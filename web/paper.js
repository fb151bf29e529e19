// Before printing everything that is folded opens and the page turns light; afterwards it is as before.
// Others ask `paper` to be told.
"use strict";

const paper = (() => {
  const root = document.documentElement;
  const listeners = [], opened = [];
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details:not([open])")) {
      folded.open = true;
      opened.push(folded);
    }
    root.dataset.printing = "";
    listeners.forEach((listener) => listener(true));
  });
  addEventListener("afterprint", () => {
    for (const folded of opened.splice(0)) folded.open = false;
    delete root.dataset.printing;
    listeners.forEach((listener) => listener(false));
  });
  return { onPrint: (listener) => listeners.push(listener) };
})();

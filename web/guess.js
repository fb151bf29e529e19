// For a room that guesses first: hides what came out. `report.html#guess` opens the page that way.
"use strict";

(() => {
  const hide = document.getElementById("hide-outcome");
  if (!hide) return;
  const guess = (on) => {
    document.documentElement.classList.toggle("guessing", on);
    hide.textContent = on ? "Show the outcome" : "Hide the outcome while guessing";
  };
  hide.hidden = false;
  hide.addEventListener("click", () => guess(!document.documentElement.classList.contains("guessing")));
  if (location.hash.includes("guess")) guess(true);
})();

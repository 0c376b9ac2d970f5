// What is wrong with a form is heard first: the reader stands at the list of errors when a page has one.
document.querySelector("[data-wrong] .summary")?.focus();

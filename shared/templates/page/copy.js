(() => {
  const board = navigator.clipboard;
  if (!board) return;
  for (const button of document.querySelectorAll('[data-copy]')) {
    const [text, label] = [button.textContent, button.getAttribute('aria-label')];
    const say = (shown, named) => { button.textContent = shown; button.setAttribute('aria-label', named); };
    button.hidden = false;
    button.onclick = () => board.writeText(button.dataset.copy).then(() => {
      say(button.dataset.done, button.dataset.done);
      setTimeout(say, 2000, text, label);
    });
  }
})();

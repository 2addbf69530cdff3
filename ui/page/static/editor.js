// A text with its numbers coloured: a transparent textarea over coloured pieces, placed by an unseen copy of the text.
(() => {
  const CHECK = 250;
  const SAVE = 900;

  ziping.editor = (element, props) => {
    const field = props.field;
    const area = element.querySelector("textarea");
    const backdrop = element.querySelector(".z-backdrop");
    const layer = element.querySelector(".z-layer");
    const card = element.querySelector(".z-card");
    const editor = { field, area, backdrop, layer, card, marks: [], timer: null, saver: null, saved: "", arrived: "", composing: false };
    area.setAttribute("aria-label", props.label || field);
    if (props.placeholder) area.placeholder = props.placeholder;

    area.addEventListener("compositionstart", () => { editor.composing = true; });
    area.addEventListener("compositionend", () => { editor.composing = false; changed(editor); });
    area.addEventListener("input", () => changed(editor));
    area.addEventListener("blur", () => save(editor));
    area.addEventListener("click", () => point(editor));
    area.addEventListener("keyup", (event) => { if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") point(editor); });
    element.addEventListener("keydown", (event) => { if (event.key === "Escape") { hide(editor); area.focus(); } });
    document.addEventListener("mousedown", (event) => { if (!element.contains(event.target)) hide(editor); });
    ziping.flushers.add((leaving) => save(editor, leaving));

    ziping.on(`text:${field}`, (message) => say(editor, message));
    ziping.on(`busy:${field}`, (busy) => {
      area.readOnly = Boolean(busy);
      element.querySelector(".z-editor").classList.toggle("z-writing", Boolean(busy));
    });
    ziping.on(`focus:${field}`, ({ start, end }) => {
      area.focus();
      if (start === null || start === undefined) return;
      area.setSelectionRange(start, end);
      element.scrollIntoView({ block: "nearest" });
      reveal(editor, start);
      point(editor);
    });
    ziping.on(`insert:${field}`, ({ text }) => insert(editor, text));
    paint(editor);
    if (window.ResizeObserver) new ResizeObserver(() => fit(editor)).observe(element);
  };

  /** A message holds the text it is about; `set` puts that text in, otherwise it must still be the one here. */
  function say(editor, message) {
    const put = message.set || !editor.ready;
    editor.ready = true;
    if (put && message.text !== editor.area.value && !(editor.composing && !message.force)) {
      const caret = editor.area.selectionStart;
      const keepsUndo = !editor.area.readOnly && editor.area.value && editor.area.offsetParent;
      if (keepsUndo) replace(editor, message.text);
      else editor.area.value = message.text;
      editor.area.setSelectionRange(Math.min(caret, message.text.length), Math.min(caret, message.text.length));
      hide(editor);
    }
    if (message.text !== editor.area.value) return;
    if (put) editor.saved = editor.arrived = message.text;
    editor.marks = message.marks || [];
    paint(editor);
  }

  /** Put a text in so that the browser's own undo still leads back. */
  function replace(editor, text) {
    const { area } = editor;
    const active = document.activeElement;
    editor.quiet = true;
    area.focus({ preventScroll: true });
    let start = 0;
    let [endOld, endNew] = [area.value.length, text.length];
    while (start < endOld && start < endNew && area.value[start] === text[start]) start += 1;
    while (endOld > start && endNew > start && area.value[endOld - 1] === text[endNew - 1]) { endOld -= 1; endNew -= 1; }
    area.setSelectionRange(start, endOld);
    const done = endNew > start ? document.execCommand("insertText", false, text.slice(start, endNew)) : document.execCommand("delete");
    if (!done || area.value !== text) area.value = text;
    editor.quiet = false;
    if (active !== area && active?.isConnected && !editor.card.contains(active)) active.focus({ preventScroll: true });
  }

  function insert(editor, text) {
    editor.area.focus();
    const at = editor.area.selectionEnd;
    if (!document.execCommand("insertText", false, text)) editor.area.setRangeText(text, at, at, "end");
    const slot = text.indexOf("〔");
    if (slot >= 0) {
      const start = editor.area.selectionEnd - text.length + slot;
      editor.area.setSelectionRange(start, start + text.slice(slot).indexOf("〕") + 1);
    }
    changed(editor);
  }

  function changed(editor) {
    if (editor.quiet) return;
    const { area } = editor;
    shift(editor);
    paint(editor);
    hide(editor);
    if (editor.composing) return;
    clearTimeout(editor.timer);
    clearTimeout(editor.saver);
    const text = area.value;
    editor.timer = setTimeout(() => { editor.timer = null; ziping.ask("check_text", { field: editor.field, text }); }, CHECK);
    editor.saver = setTimeout(() => save(editor), SAVE);
  }

  function save(editor, leaving = false) {
    clearTimeout(editor.saver);
    editor.saver = null;
    const text = editor.area.value;
    // What was asked for when the page is left may never arrive: it is told once more.
    if (text === (leaving ? editor.arrived : editor.saved) || editor.area.readOnly) return null;
    editor.saved = text;
    clearTimeout(editor.timer);
    if (leaving) return ziping.tell("text", { field: editor.field, text });
    return ziping.ask("text", { field: editor.field, text }).then((answer) => { if (answer) editor.arrived = text; });
  }

  /** Keep the marks on their numbers while the server has not answered yet; a touched number loses its mark. */
  function shift(editor) {
    const [before, after] = [editor.painted || "", editor.area.value];
    let start = 0;
    const short = Math.min(before.length, after.length);
    while (start < short && before[start] === after[start]) start += 1;
    let tail = 0;
    while (tail < short - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
    const by = after.length - before.length;
    const move = (mark) => {
      if (mark.end <= start) return mark;
      if (mark.start >= before.length - tail) return { ...mark, start: mark.start + by, end: mark.end + by };
      return null;
    };
    editor.marks = editor.marks.map(move).filter(Boolean);
  }

  /** The backdrop holds the text in one piece, so that it breaks its lines just like the textarea. */
  function paint(editor) {
    const text = editor.area.value;
    if (editor.painted !== text || !editor.node) {
      editor.node = document.createTextNode(text);
      // The last line needs a sign of its own, or the backdrop is a line shorter than the textarea.
      editor.backdrop.replaceChildren(editor.node, document.createTextNode("\n"));
      editor.painted = text;
    }
    fit(editor);
  }

  function fit(editor) {
    editor.area.style.height = "auto";
    editor.area.style.height = `${Math.max(editor.area.scrollHeight, 120)}px`;
    place(editor);
  }

  /** Lay a coloured piece under each number, two where it runs over a line's end. */
  function place(editor) {
    const home = editor.layer.getBoundingClientRect();
    const pieces = [];
    for (const mark of editor.marks) {
      mark.element = null;
      if (!home.width || mark.end > editor.painted.length) continue;
      const range = document.createRange();
      range.setStart(editor.node, mark.start);
      range.setEnd(editor.node, mark.end);
      for (const box of range.getClientRects()) {
        if (box.width < 1) continue;
        const piece = document.createElement("mark");
        piece.className = `z-mark z-${mark.status}${mark.checked ? " z-checked" : ""}`;
        piece.dataset.text = editor.painted.slice(mark.start, mark.end);
        Object.assign(piece.style, { left: `${box.left - home.left}px`, top: `${box.top - home.top}px`, width: `${box.width}px`, height: `${box.height}px` });
        mark.element ||= piece;
        pieces.push(piece);
      }
    }
    editor.layer.replaceChildren(...pieces);
  }

  function reveal(editor, start) {
    const mark = editor.marks.find((one) => one.start <= start && start < one.end);
    (mark?.element || editor.area).scrollIntoView({ block: "center" });
  }

  function point(editor) {
    const { selectionStart: start, selectionEnd: end } = editor.area;
    const mark = editor.marks.find((one) => one.start <= start && start <= one.end && end <= one.end && one.card);
    ziping.publish({ point: { field: editor.field, at: start, sentence: sentenceAt(editor.area.value, start) } });
    if (!mark) {
      hide(editor);
      return;
    }
    ziping.draw(editor.card, mark.card);
    editor.card.hidden = false;
    const box = editor.card.parentElement.getBoundingClientRect();
    const own = (mark.element || editor.area).getBoundingClientRect();
    editor.card.style.top = `${own.bottom - box.top + 4}px`;
    editor.card.style.left = `${Math.max(0, Math.min(own.left - box.left, box.width - editor.card.offsetWidth - 4))}px`;
  }

  function sentenceAt(text, at) {
    const ends = /[。！？；\n]/;
    let start = at;
    while (start > 0 && !ends.test(text[start - 1])) start -= 1;
    let end = at;
    while (end < text.length && !ends.test(text[end])) end += 1;
    return text.slice(start, end).trim();
  }

  function hide(editor) {
    editor.card.hidden = true;
  }
})();

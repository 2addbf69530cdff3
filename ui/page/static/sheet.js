// The official form: inputs in the form's own table, each sent when it is left or after a rest in typing.
(() => {
  const REST = 600;

  ziping.sheet = (element) => {
    const inputs = [...element.querySelectorAll("[data-field]")];
    const timers = new Map();
    const sent = new Map();
    const waiting = new Set();

    const send = (input, leaving) => {
      clearTimeout(timers.get(input));
      timers.delete(input);
      const [field, value] = [input.dataset.field, input.value];
      if (sent.get(field) === value && !(leaving && waiting.has(input))) return null;
      sent.set(field, value);
      if (leaving) return ziping.tell("field", { field, value });
      waiting.add(input);
      return ziping.ask("field", { field, value }).finally(() => waiting.delete(input));
    };
    for (const input of inputs) {
      const wait = (event) => {
        if (event.isComposing) return;
        clearTimeout(timers.get(input));
        timers.set(input, setTimeout(() => send(input), input.tagName === "SELECT" ? 0 : REST));
      };
      input.addEventListener("input", wait);
      input.addEventListener("compositionend", wait);
      input.addEventListener("change", () => send(input));
    }
    ziping.flushers.add((leaving) => Promise.all([...timers.keys(), ...(leaving ? waiting : [])].map((input) => send(input, leaving))));

    ziping.on("sheet", ({ values, choices }) => {
      for (const input of inputs) {
        const field = input.dataset.field;
        if (choices && choices[field] && input.tagName === "SELECT") fill(input, choices[field]);
        if (!(field in values) || timers.has(input)) continue;
        if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === values[field])) {
          input.add(new Option(values[field], values[field]));
        }
        if (input.value !== values[field] && (input !== document.activeElement || !sent.has(field) || sent.get(field) !== input.value)) {
          input.value = values[field];
        }
        sent.set(field, values[field]);
      }
    });
    ziping.on("sheet:notes", (notes) => {
      for (const input of inputs) {
        const note = notes[input.dataset.field];
        const holder = input.closest("td, .z-field");
        let line = holder.querySelector(".z-note");
        if (!line) {
          line = document.createElement("div");
          line.className = "z-note";
          holder.append(line);
        }
        line.className = `z-note z-${note ? note.level : "none"}`;
        line.textContent = note ? note.text : "";
        input.classList.toggle("z-invalid", Boolean(note && note.level === "error"));
      }
    });
    ziping.on("focus:sheet", ({ field, line }) => {
      const input = inputs.find((one) => one.dataset.field === field);
      if (!input) return;
      input.scrollIntoView({ block: "center" });
      input.focus();
      if (line) {
        const lines = input.value.split("\n");
        const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
        input.setSelectionRange(start, start + (lines[line - 1] || "").length);
      }
    });
  };

  function fill(select, choices) {
    const value = select.value;
    select.replaceChildren(...choices.map(([text, own]) => new Option(text, own)));
    select.value = value;
  }
})();

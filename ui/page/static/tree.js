// Draws what the server describes as [tag, attributes, ...children]; texts only ever become text nodes.
(() => {
  const SVG = new Set(["svg", "g", "rect", "line", "text", "path", "circle", "title"]);
  const TAGS = new Set([...SVG, ..."div span p h2 h3 h4 ul ol li table thead tbody tfoot tr th td button input textarea label select option details summary strong em mark del ins small hr a iframe pre dl dt dd time dialog".split(" ")]);
  const NAMES = /^(class|title|role|tabindex|type|name|value|placeholder|rows|colspan|rowspan|scope|for|id|open|checked|selected|disabled|x|y|x1|x2|y1|y2|cx|cy|r|d|width|height|viewBox|text-anchor|fill|lang|min|max|list|download|aria-[a-z]+|data-[a-z]+)$/;

  function build(node) {
    if (node === null || node === undefined || node === false) return document.createTextNode("");
    if (!Array.isArray(node)) return document.createTextNode(String(node));
    const [tag, attributes, ...children] = node;
    if (!TAGS.has(tag)) return document.createTextNode("");
    const element = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "do") bind(element, value);
      else if (name === "page") { element.setAttribute("sandbox", ""); element.srcdoc = value; }
      else if (NAMES.test(name) && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children) element.append(build(child));
    return element;
  }

  /** {"ask": name, "arg": …} asks the server, with the named fields of the form round it, then clicks where {"click": selector} says; {"goto": place} leads there; {"see": selector} brings a place into sight; {"close": true} closes the dialog. */
  function bind(element, action) {
    const run = async (event) => {
      if (event.type === "keydown" && event.key !== "Enter") return;
      if (event.type === "click" && element.tagName === "SELECT") return;
      event.preventDefault();
      if (action.confirm && !window.confirm(action.confirm)) return;
      if (action.goto) return ziping.goto(action.goto);
      if (action.say) return ziping.publish(action.say);
      if (action.close) return element.closest("dialog")?.close();
      if (action.see) document.querySelector(action.see)?.scrollIntoView({ block: "start", behavior: "smooth" });
      if (!action.ask) return document.querySelector(action.click)?.click();
      const arg = { ...(action.arg || {}) };
      for (const input of element.closest(".z-form")?.querySelectorAll("[name]") || []) {
        arg[input.name] = input.type === "checkbox" ? input.checked : input.value;
      }
      const once = [...element.closest(".z-form")?.querySelectorAll("[id][data-once]") || []].map((input) => input.id);
      await ziping.flush();
      element.setAttribute("aria-busy", "true");
      const messages = await ziping.ask(action.ask, arg);
      element.removeAttribute("aria-busy");
      if (messages && messages.toast?.level !== "error") {
        for (const input of once.map((id) => document.getElementById(id))) if (input) input.value = "";
      }
      if (action.click) document.querySelector(action.click)?.click();
    };
    const kind = { SELECT: "change", INPUT: element.type === "checkbox" || element.getAttribute("type") === "checkbox" ? "change" : "keydown" }[element.tagName] || "click";
    element.addEventListener(kind, run);
    if (!["BUTTON", "SELECT", "INPUT", "A", "SUMMARY"].includes(element.tagName)) {
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      element.addEventListener("keydown", run);
    }
  }

  /** Put a tree in place of what an element holds, keeping what is open, typed and focused in it. */
  function draw(holder, tree) {
    // A button that is drawn anew between press and release is not clicked.
    holder.zipingNext = tree;
    if (holder.querySelector(":is(button, a, summary, [role=button]):active")) {
      setTimeout(() => draw(holder, holder.zipingNext), 50);
      return;
    }
    const drawn = JSON.stringify(tree);
    if (holder.zipingDrawn === drawn) return;
    holder.zipingDrawn = drawn;
    const open = new Set([...holder.querySelectorAll("details[open][id]")].map((part) => part.id));
    const typed = new Map([...holder.querySelectorAll("input[id], textarea[id], select[id]")].map((part) => [part.id, part.value]));
    const active = holder.contains(document.activeElement) ? document.activeElement : null;
    const selected = active && active.selectionStart !== undefined ? [active.selectionStart, active.selectionEnd] : null;
    holder.replaceChildren(...(Array.isArray(tree) && Array.isArray(tree[0]) ? tree : [tree]).map(build));
    for (const id of open) holder.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    for (const [id, value] of typed) {
      const part = holder.querySelector(`#${CSS.escape(id)}`);
      if (part && part.dataset.keep !== undefined) part.value = value;
    }
    holder.querySelector("dialog")?.showModal();
    const again = active?.id ? holder.querySelector(`#${CSS.escape(active.id)}`) : null;
    again?.focus();
    if (again && selected && selected[0] !== null) again.setSelectionRange(...selected);
  }

  ziping.build = build;
  ziping.draw = draw;
  ziping.view = (element, props) => {
    const holder = element.querySelector(".z-view");
    const topic = `view:${props.topic}`;
    ziping.on(topic, (tree) => draw(holder, tree));
    holder.addEventListener("close", () => ziping.publish({ [topic]: null }), true);
  };
})();

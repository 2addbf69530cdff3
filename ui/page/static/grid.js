// A table for data entry: typing, Tab, Enter, arrows, paste of many cells from Excel, undo, rows added, removed, moved.
(() => {
  const DEPTH = 200;

  ziping.grid = (element, props) => {
    const topic = props.topic;
    const table = element.querySelector("table");
    const grid = {
      topic, table, columns: [], rows: [], notes: { cells: {}, groups: {}, footer: [] }, past: [], future: [],
      before: null, timer: null, waiting: 0, labels: props.labels || {},
    };
    element.querySelector(".z-undo").onclick = () => undo(grid, grid.past, grid.future);
    element.querySelector(".z-redo").onclick = () => undo(grid, grid.future, grid.past);
    element.querySelector(".z-add").onclick = () => insert(grid, grid.rows.length);
    element.querySelector(".z-copy").onclick = () => copyAll(grid);
    table.addEventListener("focusin", (event) => entered(grid, event));
    // What an input method is still composing is not yet a text.
    table.addEventListener("input", (event) => { if (!event.isComposing) typed(grid, event); });
    table.addEventListener("compositionend", (event) => typed(grid, event));
    table.addEventListener("change", (event) => left(grid, event));
    table.addEventListener("keydown", (event) => key(grid, event));
    table.addEventListener("paste", (event) => pasted(grid, event));
    table.addEventListener("mousedown", (event) => { grid.pressed = event.target !== document.activeElement; });
    table.addEventListener("mouseup", (event) => {
      // A first click marks the cell, so that typing replaces it; a second one sets the caret.
      if (grid.pressed && isCell(event.target) && event.target.selectionStart === event.target.selectionEnd) event.target.select();
      grid.pressed = false;
    });
    ziping.flushers.add((leaving) => flush(grid, leaving));
    ziping.on(`grid:${topic}`, (message) => {
      grid.columns = message.columns;
      grid.rows = message.rows.map((row) => ({ extra: row.extra || {}, cells: { ...row.cells } }));
      grid.past = [];
      grid.future = [];
      render(grid);
    });
    ziping.on(`grid:${topic}:notes`, (notes) => { grid.notes = notes; annotate(grid); });
    ziping.on(`focus:${topic}`, ({ row, column }) => focus(grid, row, Math.max(0, grid.columns.findIndex((one) => one.key === column))));
  };

  const isCell = (target) => target.matches("input[data-row], textarea[data-row]");
  const snapshot = (grid) => JSON.stringify(grid.rows);
  const cellAt = (grid, row, column) => grid.table.querySelector(`[data-row="${row}"][data-column="${column}"]`);
  const place = (target) => [Number(target.dataset.row), Number(target.dataset.column)];
  const editable = (grid) => grid.columns.map((column, index) => [column, index]).filter(([column]) => column.kind !== "computed");

  function remember(grid, state) {
    if (grid.past.at(-1) !== state) grid.past.push(state);
    if (grid.past.length > DEPTH) grid.past.shift();
    grid.future = [];
    marks(grid);
  }

  function marks(grid) {
    const root = grid.table.closest(".z-grid");
    root.querySelector(".z-undo").disabled = !grid.past.length;
    root.querySelector(".z-redo").disabled = !grid.future.length;
  }

  function undo(grid, from, to) {
    settle(grid);
    if (!from.length) return;
    to.push(snapshot(grid));
    grid.rows = JSON.parse(from.pop());
    const spot = isCell(document.activeElement) ? place(document.activeElement) : [0, 0];
    render(grid);
    focus(grid, Math.min(spot[0], grid.rows.length - 1), spot[1]);
    send(grid);
  }

  /** Run a change of the rows as one step that can be undone. */
  function change(grid, act) {
    settle(grid);
    remember(grid, snapshot(grid));
    act();
    render(grid);
    send(grid);
  }

  function send(grid, leaving = false) {
    clearTimeout(grid.timer);
    grid.timer = null;
    const { rows } = grid;
    if (leaving) return ziping.tell("rows", { grid: grid.topic, rows });
    grid.waiting += 1;
    return ziping.ask("rows", { grid: grid.topic, rows }).finally(() => { grid.waiting -= 1; });
  }

  function flush(grid, leaving) {
    const waits = grid.timer !== null || (leaving && grid.waiting);
    settle(grid);
    return waits ? send(grid, leaving) : null;
  }

  function entered(grid, event) {
    if (!isCell(event.target)) return;
    grid.before = { state: snapshot(grid), value: event.target.value };
    grid.table.querySelector(".z-current")?.classList.remove("z-current");
    event.target.closest("tr").classList.add("z-current");
  }

  function typed(grid, event) {
    if (!isCell(event.target)) return;
    const [row, column] = place(event.target);
    if (row === grid.rows.length) grid.rows.push({ extra: {}, cells: {} });
    grid.rows[row].cells[grid.columns[column].key] = event.target.value;
    clearTimeout(grid.timer);
    grid.timer = setTimeout(() => send(grid), 500);
  }

  /** Take what was typed in the current cell as one step that can be undone. */
  function settle(grid) {
    if (grid.before && grid.before.state !== snapshot(grid)) remember(grid, grid.before.state);
    grid.before = null;
  }

  function left(grid, event) {
    if (!isCell(event.target)) return;
    const grew = grid.table.querySelectorAll("tbody tr[data-index]").length <= grid.rows.length;
    settle(grid);
    if (grid.timer !== null) send(grid);
    if (grew) render(grid);
  }

  function key(grid, event) {
    if (!isCell(event.target) || event.isComposing) return;
    const [row, column] = place(event.target);
    const input = event.target;
    const combo = event.ctrlKey || event.metaKey;
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const go = (toRow, toColumn) => { event.preventDefault(); left(grid, event); focus(grid, toRow, toColumn); };
    if (combo && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return event.shiftKey ? undo(grid, grid.future, grid.past) : undo(grid, grid.past, grid.future);
    }
    if (combo && event.key.toLowerCase() === "y") { event.preventDefault(); return undo(grid, grid.future, grid.past); }
    if (event.altKey && event.key === "ArrowUp") { event.preventDefault(); return move(grid, row, -1); }
    if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); return move(grid, row, 1); }
    if (combo && event.key === "Delete") { event.preventDefault(); return remove(grid, row); }
    if (event.key === "Enter" && !combo) return go(row + (event.shiftKey ? -1 : 1), column);
    if (event.key === "ArrowUp" && (all || isSingle(input))) return go(row - 1, column);
    if (event.key === "ArrowDown" && (all || isSingle(input))) return go(row + 1, column);
    if (event.key === "ArrowLeft" && !combo && !event.shiftKey && (all || input.selectionEnd === 0)) return go(row, column - 1);
    if (event.key === "ArrowRight" && !combo && !event.shiftKey && (all || input.selectionStart === input.value.length)) return go(row, column + 1);
    if (event.key === "F2") { event.preventDefault(); input.setSelectionRange(input.value.length, input.value.length); }
    if (event.key === "Escape" && grid.before) {
      event.preventDefault();
      input.value = grid.before.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.select();
    }
    return null;
  }

  const isSingle = (input) => input.tagName === "INPUT" || input.scrollHeight < 44;

  function pasted(grid, event) {
    if (!isCell(event.target)) return;
    const text = (event.clipboardData || window.clipboardData).getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const [row, column] = place(event.target);
    const block = cells(text);
    grid.before = null;
    change(grid, () => {
      const targets = editable(grid).filter(([, index]) => index >= column);
      const isHeading = block.length > 1 && block[0].some(Boolean) && block[0].every((title) => !title.trim() || grid.columns.some((one) => one.title === title.trim()));
      const own = isHeading ? block[0].map((title) => grid.columns.findIndex((one) => one.title === title.trim())) : targets.map(([, index]) => index);
      block.slice(isHeading ? 1 : 0).forEach((line, down) => {
        while (grid.rows.length <= row + down) grid.rows.push({ extra: {}, cells: {} });
        line.forEach((value, across) => {
          const column_ = grid.columns[own[across]];
          if (column_ && column_.kind !== "computed") grid.rows[row + down].cells[column_.key] = value.trim();
        });
      });
    });
    focus(grid, row, column);
  }

  /** Excel's clipboard: cells by tabs, rows by line ends, a cell with either of them in quotation marks. */
  function cells(text) {
    const lines = [[""]];
    let quoted = false;
    for (let i = 0; i < text.length; i += 1) {
      const sign = text[i];
      const line = lines.at(-1);
      if (quoted) {
        if (sign !== '"') line[line.length - 1] += sign === "\n" ? " " : sign;
        else if (text[i + 1] === '"') { line[line.length - 1] += '"'; i += 1; }
        else quoted = false;
      } else if (sign === '"' && line.at(-1) === "") quoted = true;
      else if (sign === "\t") line.push("");
      else if (sign === "\n") lines.push([""]);
      else line[line.length - 1] += sign;
    }
    return lines;
  }

  function insert(grid, at) {
    change(grid, () => {
      const near = grid.rows[Math.min(at, grid.rows.length) - 1];
      const first = grid.columns.find((column) => column.carried);
      grid.rows.splice(at, 0, { extra: {}, cells: first && near ? { [first.key]: near.cells[first.key] || "" } : {} });
    });
    focus(grid, at, grid.columns.findIndex((column) => !column.carried));
  }

  function remove(grid, row) {
    if (row >= grid.rows.length) return;
    change(grid, () => grid.rows.splice(row, 1));
    focus(grid, Math.min(row, grid.rows.length), 0);
  }

  function move(grid, row, by) {
    const to = row + by;
    if (row >= grid.rows.length || to < 0 || to >= grid.rows.length) return;
    const column = isCell(document.activeElement) ? place(document.activeElement)[1] : 0;
    change(grid, () => grid.rows.splice(to, 0, grid.rows.splice(row, 1)[0]));
    focus(grid, to, column);
  }

  function focus(grid, row, column) {
    if (row < 0 || column < 0 || column >= grid.columns.length) return;
    let at = column;
    let cell = cellAt(grid, row, at);
    while (!cell && at > 0) { at -= 1; cell = cellAt(grid, row, at); }
    if (!cell) return;
    cell.focus();
    cell.select?.();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  async function copyAll(grid) {
    const titles = editable(grid).map(([column]) => column.title).join("\t");
    const lines = grid.rows.map((row) => editable(grid).map(([column]) => (row.cells[column.key] || "").replace(/[\t\n]/g, " ")).join("\t"));
    try {
      await navigator.clipboard.writeText([titles, ...lines].join("\n"));
      ziping.publish({ toast: { level: "info", text: `已复制 ${lines.length} 行，可粘贴到 Excel` } });
    } catch {
      ziping.publish({ toast: { level: "warning", text: "浏览器不允许写入剪贴板，请改用导出" } });
    }
  }

  function render(grid) {
    const active = isCell(document.activeElement) && grid.table.contains(document.activeElement) ? place(document.activeElement) : null;
    const head = document.createElement("thead");
    const line = head.insertRow();
    for (const column of [{ title: "" }, ...grid.columns, { title: "" }]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = column.title;
      if (column.width) cell.style.width = column.width;
      if (column.hint) cell.title = column.hint;
      line.append(cell);
    }
    const body = document.createElement("tbody");
    let group = null;
    const grouped = grid.columns.find((column) => column.carried);
    grid.rows.forEach((row, index) => {
      const name = grouped ? row.cells[grouped.key] || "" : "";
      if (grouped && name !== group) body.append(groupRow(grid, name));
      group = name;
      body.append(rowOf(grid, row, index));
    });
    body.append(rowOf(grid, { extra: {}, cells: {} }, grid.rows.length));
    const foot = document.createElement("tfoot");
    grid.table.replaceChildren(head, body, foot);
    annotate(grid);
    marks(grid);
    if (active) { const cell = cellAt(grid, ...active); cell?.focus(); }
  }

  function groupRow(grid, name) {
    const row = document.createElement("tr");
    row.className = "z-group";
    row.dataset.group = name;
    const cell = row.insertCell();
    cell.colSpan = grid.columns.length + 2;
    return row;
  }

  function rowOf(grid, row, index) {
    const line = document.createElement("tr");
    line.dataset.index = index;
    const isNew = index === grid.rows.length;
    if (isNew) line.className = "z-new";
    const number = document.createElement("th");
    number.scope = "row";
    number.textContent = isNew ? "＋" : index + 1;
    line.append(number);
    grid.columns.forEach((column, at) => {
      const cell = line.insertCell();
      cell.className = `z-k-${column.kind}`;
      cell.append(inputOf(grid, row, index, column, at));
    });
    const tools = line.insertCell();
    tools.className = "z-tools";
    if (!isNew) {
      for (const [sign, label, act] of [["↑", "上移", () => move(grid, index, -1)], ["↓", "下移", () => move(grid, index, 1)], ["＋", "在下方插入一行", () => insert(grid, index + 1)], ["✕", "删除这一行", () => remove(grid, index)]]) {
        const button = document.createElement("button");
        button.textContent = sign;
        button.title = label;
        button.setAttribute("aria-label", `第${index + 1}行 ${label}`);
        button.tabIndex = -1;
        button.onclick = act;
        tools.append(button);
      }
    }
    return line;
  }

  function inputOf(grid, row, index, column, at) {
    if (column.kind === "computed") return document.createElement("span");
    if (column.kind === "confirm") {
      const button = document.createElement("button");
      if (row.cells[column.key] !== "是") { button.hidden = true; return button; }
      button.className = "z-confirm";
      button.textContent = "确认";
      button.title = "核对无误后点此确认";
      button.setAttribute("aria-label", `确认第${index + 1}行`);
      button.onclick = () => change(grid, () => { row.cells[column.key] = ""; });
      return button;
    }
    const input = document.createElement(column.kind === "long" ? "textarea" : "input");
    if (column.kind === "long") input.rows = 1;
    if (column.kind === "number") input.inputMode = "decimal";
    if (column.list) input.setAttribute("list", column.list);
    input.dataset.row = index;
    input.dataset.column = at;
    input.value = row.cells[column.key] || "";
    input.setAttribute("aria-label", `${column.title} 第${index + 1}行`);
    input.autocomplete = "off";
    input.spellcheck = false;
    if (index === grid.rows.length && at === 0) input.placeholder = "在此录入新的一行，或从 Excel 粘贴";
    return input;
  }

  /** What the server says of cells, groups and the whole, without touching what is typed. */
  function annotate(grid) {
    const { cells: notes, groups, footer, computed, lists } = grid.notes;
    for (const cell of grid.table.querySelectorAll("tbody tr[data-index] td")) {
      const row = cell.parentElement.dataset.index;
      const column = grid.columns[cell.cellIndex - 1];
      if (!column) continue;
      const note = notes[`${row}.${column.key}`];
      cell.dataset.level = note ? note.level : "";
      cell.title = note ? note.text : "";
      if (column.kind === "computed") cell.firstChild.textContent = (computed || {})[row] || "";
    }
    for (const row of grid.table.querySelectorAll("tr.z-group")) ziping.draw(row.cells[0], groups[row.dataset.group] || ["strong", {}, row.dataset.group || "（未填）"]);
    const foot = grid.table.tFoot;
    if (foot) {
      foot.replaceChildren();
      for (const line of footer || []) {
        const cell = foot.insertRow().insertCell();
        cell.colSpan = grid.columns.length + 2;
        ziping.draw(cell, line);
      }
    }
    for (const [id, values] of Object.entries(lists || {})) {
      let list = document.getElementById(id);
      if (!list) { list = document.createElement("datalist"); list.id = id; document.body.append(list); }
      list.replaceChildren(...values.map((value) => new Option(value)));
    }
    const problems = Object.entries(notes).filter(([, note]) => note.level === "error");
    const line = grid.table.closest(".z-grid").querySelector(".z-problems");
    line.textContent = problems.slice(0, 3).map(([spot, note]) => `第${Number(spot.split(".")[0]) + 1}行 ${spot.slice(spot.indexOf(".") + 1)}：${note.text}`).join("；");
  }
})();

// The page's one object: what the server said last under each topic, who listens, and calls to the server.
(() => {
  const RESULT = /^(view:(head|live|export-state|score|ledger|charts|findings|section:.*)|.*:notes|badges)$/;
  const last = new Map();
  const listeners = new Map();
  let seen = 0;
  let serial = 0;
  let waiting = 0;
  const TYPED = new Set(["field", "rows", "text"]);
  // Calls on their way that carry what was typed.
  const typed = new Set();

  const ziping = {
    key: "",
    server: null,
    /** Listen to a topic; what was said before is said again at once. */
    on(topic, listener) {
      if (!listeners.has(topic)) listeners.set(topic, new Set());
      listeners.get(topic).add(listener);
      if (last.has(topic)) listener(last.get(topic));
    },
    publish(messages) {
      // Answers may overtake each other: what follows from an older state of the report is not shown any more.
      const isLate = messages && messages.state < seen;
      seen = Math.max(seen, messages?.state || 0);
      for (const [topic, message] of Object.entries(messages || {})) {
        if (isLate && RESULT.test(topic)) continue;
        if (topic === "key") ziping.key = message;
        last.set(topic, message);
        for (const listener of listeners.get(topic) || []) {
          try { listener(message); } catch (error) { console.error(topic, error); }
        }
      }
    },
    last: (topic) => last.get(topic),
    /** Ask the server for something; its answer goes to the topics. */
    ask(name, arg) {
      const answer = send(name, arg);
      if (TYPED.has(name)) {
        typed.add(answer);
        answer.finally(() => typed.delete(answer));
      }
      return answer;
    },
    /** Tell the server something while the page is being left. */
    tell(name, arg) {
      const config = window.gradio_config || {};
      const own = (config.components || []).find((part) => part.props && part.props.elem_id === "z-bus");
      if (!own || !ziping.key) return;
      const url = `${config.root || ""}${config.api_prefix || "/gradio_api"}/component_server/`;
      const body = { data: { key: ziping.key, name, arg }, component_id: own.id, fn_name: "call", session_hash: "leaving" };
      fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), keepalive: true })
        .catch(() => {});
    },
    flushers: new Set(),
    /** Send what is typed but not yet sent, and wait for all of it to arrive. */
    flush(leaving = false) {
      const sent = [...ziping.flushers].map((flush) => flush(leaving));
      return Promise.all(leaving ? sent : [...sent, ...typed]);
    },
  };
  window.ziping = ziping;

  async function send(name, arg) {
    if (!ziping.server || !ziping.key) return null;
    const own = ++serial;
    waiting += 1;
    document.documentElement.classList.add("z-busy");
    try {
      const messages = await ziping.server.call({ key: ziping.key, name, arg, serial: own });
      ziping.publish(messages);
      return messages;
    } catch (error) {
      ziping.publish({ toast: { level: "error", text: "与服务的连接中断，请检查程序是否仍在运行，然后刷新页面" } });
      return null;
    } finally {
      waiting -= 1;
      if (!waiting) document.documentElement.classList.remove("z-busy");
    }
  }

  // A file dropped anywhere on a tab goes to that tab's own upload button.
  const uploadHere = () => [...document.querySelectorAll("[data-drop]")].find((area) => area.offsetParent)?.dataset.drop || "#z-load";
  window.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  window.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    const button = document.querySelector(uploadHere());
    const input = (button?.matches("input") ? button : button?.parentElement.querySelector("input[type=file]"));
    if (!input) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  window.addEventListener("pagehide", () => ziping.flush(true));

  ziping.bus = (element, props, server, watch) => {
    ziping.server = server;
    watch("value", () => ziping.publish(props.value));
    if (props.value) ziping.publish(props.value);
    ziping.on("address", (address) => history.replaceState(null, "", address));
    ziping.on("title", (title) => { document.title = title; });
    ziping.on("toast", showToast);
    for (const work of ["drafting", "adding", "revising"]) {
      ziping.on(work, (under) => document.documentElement.classList.toggle(`z-${work}`, Boolean(under)));
    }
    ziping.on("refining", (under) => { if (under) document.querySelector("#z-wish textarea")?.focus(); });
    ziping.on("goto", (place) => place && ziping.goto(place));
    ziping.on("point", ({ field, sentence, at }) => {
      clearTimeout(ziping.pointing);
      ziping.pointing = setTimeout(() => {
        if (isSeen("sentence")) ziping.ask("sentence", { field, at });
        if (isSeen("phrasing") && sentence.length > 3 && sentence !== ziping.pointed) {
          ziping.pointed = sentence;
          ziping.ask("phrasing", { field, query: sentence });
        }
      }, 500);
    });
    ziping.on("badges", (badges) => Object.entries(badges).forEach(([tab, text]) => setBadge(tab, text)));
  };

  function showToast(message) {
    // The last message of a stream comes twice.
    if (!message || !message.text || (message.text === showToast.text && Date.now() - showToast.at < 800)) return;
    showToast.text = message.text;
    showToast.at = Date.now();
    let area = document.querySelector(".z-toasts");
    if (!area) {
      area = document.createElement("div");
      area.className = "z-toasts";
      area.setAttribute("role", "status");
      area.setAttribute("aria-live", "polite");
      document.body.append(area);
    }
    const toast = document.createElement("div");
    toast.className = `z-toast z-${message.level || "info"}`;
    toast.textContent = message.text;
    const close = document.createElement("button");
    close.textContent = "×";
    close.setAttribute("aria-label", "关闭");
    close.onclick = () => toast.remove();
    toast.append(close);
    area.append(toast);
    setTimeout(() => toast.remove(), message.level === "error" ? 15000 : 5000);
  }

  const tabButton = (tab) => document.getElementById(`${tab}-button`)
    || [...document.querySelectorAll("button[role=tab]")].find((button) => button.dataset.tabId === tab);

  const isSeen = (id) => Boolean(document.getElementById(id)?.offsetParent);

  function setBadge(tab, text) {
    const button = tabButton(tab);
    if (button) button.dataset.badge = text || "";
  }

  /** Show a tab by its id; inner tabs are named by the ids of all tabs on the way. */
  ziping.show = async (...tabs) => {
    for (const tab of tabs) {
      const button = tabButton(tab);
      if (button && button.getAttribute("aria-selected") !== "true") button.click();
      await new Promise((done) => setTimeout(done, 60));
    }
  };

  const NARRATIVES = ["主要绩效", "主要问题", "改进措施"];

  /** Lead to a place of the form: 主要绩效 (with start and end), 指标[3].自评分, 数据[2].数值, 年度目标[1], 当年预算数. */
  ziping.goto = async ({ field, start, end, tab }) => {
    if (tab) return ziping.show(tab);
    const row = /^(指标|数据|年度目标)(?:\[(\d+)\])?(?:\.(.+))?$/.exec(field || "");
    if (NARRATIVES.includes(field)) {
      await ziping.show("draft");
      ziping.publish({ [`focus:${field}`]: { start, end, at: Date.now() } });
    } else if (row && row[1] === "年度目标") {
      await ziping.show("report", "targets");
      ziping.publish({ "focus:sheet": { field: "年度目标", line: Number(row[2] || 0), at: Date.now() } });
    } else if (row) {
      await ziping.show("report", row[1] === "指标" ? "indicators" : "metrics");
      ziping.publish({ [`focus:${row[1]}`]: { row: Number(row[2] || 1) - 1, column: row[3], at: Date.now() } });
    } else if (/^(一级指标分值|权重合计|合计)/.test(field)) {
      await ziping.show("report", "indicators");
    } else {
      await ziping.show("report", "basics");
      ziping.publish({ "focus:sheet": { field: (field || "").split(/[.[]/)[0], at: Date.now() } });
    }
    return null;
  };
})();

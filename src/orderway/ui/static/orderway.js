// What pages do besides being pages. Each of them is whole without this: forms post, links lead, nothing is hidden.
"use strict";
(() => {
// WORDS are what `spoken` says, put in here in the language of the reader.
const body = document.body, words = WORDS, swap = body.dataset.swap;
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, given = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...inside);
  return made;
};

/* Forms: sent without leaving the page; what is typed in others stays. One that is eager asks what it comes to
   whenever something in it changed: it keeps the focus, and what is typed meanwhile. */
let sent = null, eager = null, next = null, fading;

const press = (button) => { eager = button.value === "ask"; button.form.requestSubmit(button); };

document.addEventListener("change", ({ target: { form, type } }) => {
  const button = form?.hasAttribute("data-eager") && type !== "search" && $("[value=ask]", form);
  if (button && form.ariaBusy) next ??= button;
  else if (button) press(button);
});

const warn = (form, text) => {
  $(".note.sent", form)?.remove();
  const note = make("p", { className: "note bad sent", tabIndex: -1 }, text);
  note.setAttribute("role", "alert");
  form.prepend(note);
  note.focus();
};

// What moved meanwhile is shown at once, and its form may go with it: what was typed there is handed back.
const note = (text, ...more) => {
  const shown = make("div", { className: "toast", tabIndex: -1 }, make("p", {}, text), ...more);
  clearTimeout(fading);
  $("#said").replaceChildren(shown);
  shown.focus();
};

const moved = (text) => {
  const typed = $$("textarea, input", sent).map((each) => each.value !== each.defaultValue && each.value).filter(Boolean);
  note(text, ...typed.map((each) => make("p", { className: "note" }, each)), make("a", { className: "button quiet", href: location.href }, words.close));
  refresh(null);
};

// What is typed while an answer is on its way outlives the answer.
const typed = new Map();
document.addEventListener("input", ({ target }) => {
  if (sent && target.form === sent && !/checkbox|radio|file/.test(target.type)) typed.set(target, target.value);
});

document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.ariaBusy) {
    if (eager) next = button;
    return event.preventDefault();
  }
  if (event.defaultPrevented || form.method !== "post" || !form.closest("#main, #said")) return;
  if ([form, button].some((it) => it?.hasAttribute("data-plain"))) return;
  event.preventDefault();
  form.ariaBusy = "true";
  if (button) button.ariaBusy = "true";
  sent = form;
  typed.clear();
  $(".note.sent", form)?.remove();
  await htmx.ajax("POST", button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href, {
    source: form, event, target: "#main", select: "#main", selectOOB: "#said:innerHTML,#rail:" + swap, swap,
  });
  form.ariaBusy = null;
  if (button) button.ariaBusy = null;
  const then = next;
  sent = eager = next = null;
  refresh("later");
  if (then?.isConnected) press(then);
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.sourceElement?.matches("form")) warn(detail.ctx.sourceElement, words.unsent);
});

// A page that only says what went wrong is said in the form: the page behind it stays as it is.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail, status = ctx.response?.status ?? 200;
  if (ctx.response?.raw.redirected && new URL(ctx.response.raw.url).pathname === "/sign-in") {
    event.preventDefault();
    return over(true);
  }
  ctx.eager = eager;
  // Where the eye is to go is said after the swap: a browser grumbles where something has it already.
  tasks.flatMap(({ fragment }) => $$("[autofocus]", fragment)).forEach((each) => {
    each.removeAttribute("autofocus");
    each.dataset.focus = "";
  });
  if (status < 400) {
    if (sent && !eager) sent.reset();
    if (sent) $$("details[open]").filter((each) => each.contains(sent)).forEach((each) => { each.open = false; });
    if (ctx.response?.raw.redirected) history.replaceState(null, "", ctx.response.raw.url);
    return;
  }
  const said = tasks.map((task) => $(".problem", task.fragment)).find(Boolean);
  if (said || !tasks.some((task) => task.type === "main" && task.fragment.childElementCount)) {
    event.preventDefault();
    const text = said ? $$("h1, p:not(.row)", said).map((each) => each.textContent.replace(/([^.?!])$/, "$1.")).join(" ") : words.unsent;
    if (sent && status === 409) moved(text);
    else if (sent) warn(sent, text);
  }
});

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const { ctx } = detail;
  if (ctx.request?.method !== "POST" || ctx.eager) return;
  typed.forEach((value, each) => { each.value = value; });
  if (ctx.response.status < 400) ($("#next") ?? $("#main [data-focus]") ?? $("#main")).focus({ preventScroll: true });
  else ($("#main [data-focus]") ?? $("#main [aria-invalid]") ?? $("#main [role=alert]"))?.focus();
  toast();
});

// A file may be dropped on the words beside its input too.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => {
  const label = event.target.closest?.("label"), input = label && $("[type=file]", label), { files } = event.dataTransfer;
  if (!input) return;
  event.preventDefault();
  if (files.length) input.files = files;
});

// What somebody opened stays open while the page renews itself.
htmx.registerExtension("orderway", {
  htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && !sent),
});

/* The toast goes by itself, but not from under a finger. */
const toast = () => {
  clearTimeout(fading);
  const shown = $("#said .toast");
  if (!shown) return;
  fading = setTimeout(() => (shown.matches(":hover, :focus-within") ? toast() : shown.remove()), 10000);
};
$("#said").addEventListener("click", (event) => {
  if (!event.target.closest("a")) return;
  if (event.target.target) return;
  event.preventDefault();
  event.target.closest(".toast").remove();
});

/* Live: one tab of a browser listens, and tells the others. */
const channel = new BroadcastChannel("orderway"), seen = new Map();
let waiting = new Set(), busy = null, source = null, status = "", retry = 1000;

// Who is signed out is led to sign in; what is half typed is theirs to keep, and to send once they have.
const over = (kept) => {
  if (!kept && !$$("#main input, #main textarea").some((each) => each.value !== each.defaultValue)) return location.reload();
  const enter = make("a", { className: "button", href: "/sign-in", target: "_blank" }, words.enter);
  note(words.over, enter);
};

const show = (now) => {
  const was = status;
  status = now;
  const dot = $("#live");
  dot.hidden = !now;
  dot.dataset.is = now;
  dot.textContent = words[now] ?? "";
  if (now === "ended" && was !== now) over();
  if (was === "ended" && now === "live") {
    $("#said").replaceChildren();
    refresh(null);
  }
};

const concerned = (topic) => $$("[data-live]").filter((each) => !topic || each.dataset.live.split(" ").some(
  (own) => own === topic || (own === "orders" && topic.startsWith("order:")) || (topic === "orders" && own.startsWith("order:"))));

const refresh = (topic) => {
  concerned(topic).forEach((each) => waiting.add(each.id));
  if (!document.hidden && !sent && !busy && waiting.size) busy = setTimeout(renew, topic ? 50 : 0);
};

const renew = async () => {
  const ids = [...waiting].filter((id) => document.getElementById(id));
  let again = true;
  waiting = new Set();
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (answer.ok && !answer.redirected) {
      for (const id of ids) {
        const target = document.getElementById(id);
        // What is said to be wrong stays until it is answered; what is sent again has to have its key.
        if (target && !sent && !$("[aria-invalid], .sent", target)) await htmx.swap({ text, target, select: "#" + CSS.escape(id), swap, sourceElement: target });
      }
    }
    again = sent || answer.status >= 500;
  } catch { /* the dot says that there is no way to the server */ }
  busy = null;
  if (again) ids.forEach((id) => waiting.add(id));
  if (again && !sent) setTimeout(refresh, 2000, "later");
  else if (waiting.size) refresh("later");
};

const heard = ({ topic, version }) => {
  if (version && seen.get(topic) >= version) return;
  if (version) seen.set(topic, version);
  if (!concerned(topic).every((each) => version && each.dataset.version >= version)) refresh(topic);
};

const listen = () => {
  source = new EventSource("/live?since=" + encodeURIComponent(body.dataset.at));
  const tell = (message) => { channel.postMessage(message); (message.status ? show(message.status) : heard(message)); };
  source.onopen = () => { retry = 1000; tell({ status: "live" }); };
  source.onmessage = ({ data, lastEventId }) => {
    if (lastEventId) body.dataset.at = lastEventId;
    if (!data) return;
    const message = JSON.parse(data);
    if (message.status) source.close();
    tell(message);
  };
  source.onerror = () => {
    tell({ status: navigator.onLine ? "reconnecting" : "offline" });
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, retry);
    retry = Math.min(retry * 2, 30000);
  };
};

channel.onmessage = ({ data }) => {
  if (data.ask) {
    if (source && status === "ended") listen();
    return source && channel.postMessage({ status });
  }
  data.status ? show(data.status) : heard(data);
};
channel.postMessage({ ask: true });
document.addEventListener("visibilitychange", () => refresh("later"));
addEventListener("offline", () => show("offline"));
addEventListener("pagehide", () => source?.close());
navigator.locks?.request("orderway live", () => new Promise(listen));

/* The keyboard, where the reader wants it. */
const dialog = (className, ...inside) => {
  const made = make("dialog", { className }, ...inside);
  made.addEventListener("close", () => made.remove());
  made.addEventListener("click", (event) => event.target === made && made.close());
  body.append(made);
  made.showModal();
  return made;
};

// What somebody looked at here is nobody else's who signs in at the same browser.
const whose = "recent " + $(".who summary")?.textContent;
const looked = () => JSON.parse(sessionStorage[whose] ?? "[]");

const palette = () => {
  const list = make("ul"), input = make("input", { type: "search", placeholder: words.go, ariaLabel: words.go });
  const places = $$(".places a").map((each) => [each.firstChild.textContent.trim(), each.href]);
  const recent = looked();
  const offer = () => {
    const asked = input.value.trim().toLowerCase();
    const found = [...places, ...recent].filter(([label]) => label.toLowerCase().includes(asked)).slice(0, 9);
    if (asked && $(".rail [role=search]")) found.push([words.find.replace("{}", input.value.trim()), "/search?q=" + encodeURIComponent(input.value.trim())]);
    list.replaceChildren(...found.map(([label, href]) => make("li", {}, make("a", { href }, label))));
  };
  input.addEventListener("input", offer);
  offer();
  const shown = dialog("palette", make("form", { method: "dialog" }, input), list);
  shown.addEventListener("keydown", (event) => {
    const links = $$("a", list), at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) (links[at + step] ?? input).focus();
    else if (event.key === "Enter" && document.activeElement === input) links[0]?.click();
    else return;
    event.preventDefault();
  });
};

const help = async () => {
  const answer = await fetch("/keyboard"), page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // At its top: else the first button has the focus, which is at its end.
  Object.assign($("h1", page), { tabIndex: -1, autofocus: true });
  dialog("help", ...$("#main", page).childNodes);
};

const rows = () => $$("#main tbody tr").filter((row) => $("a", row));
const step = (by) => {
  const all = rows(), at = all.findIndex((row) => row.contains(document.activeElement));
  const row = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  if (row) $("a", row).focus();
};
const inRow = (selector) => $(selector, rows().find((row) => row.contains(document.activeElement)) ?? make("p"))?.click();
const act = (n) => {
  const all = $$("#next button, #next summary, #next a.button").filter((each) => each.checkVisibility());
  const deed = all.filter((each) => !each.closest("details > form"))[n - 1];
  if (!deed) return;
  deed.focus();
  deed.click();
  if (deed.matches("summary")) $("input:not([type=hidden]), select, textarea, button", deed.parentElement)?.focus();
};

const KEYS = {
  "/": () => ($("#main [type=search]") ?? $(".rail [type=search]"))?.focus(),
  "?": help,
  j: () => step(1), k: () => step(-1),
  x: () => inRow("[type=checkbox]"), a: () => inRow("button, .button, summary"),
  c: () => $("#comment textarea")?.focus(),
  g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
};
let going = false;

document.addEventListener("keydown", (event) => {
  const key = event.key, typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "k" && !$("dialog[open]")) {
    event.preventDefault();
    return palette();
  }
  if (!("keys" in body.dataset) || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat && !"jk".includes(key)) return;
  if (going) {
    going = false;
    const place = $(`[data-key="${CSS.escape(key)}"]`);
    if (place) return event.preventDefault(), place.click();
  }
  const does = KEYS[key] ?? (/^[1-9]$/.test(key) ? () => act(+key) : null);
  if (!does) return;
  event.preventDefault();
  does();
});

// Where a machine stands is in sight, however wide its picture.
$$(".wide").forEach((frame) => {
  const at = $(".is-current", frame)?.getBoundingClientRect();
  if (at) frame.scrollLeft = at.x + at.width / 2 - frame.getBoundingClientRect().x - frame.clientWidth / 2;
});

/* Orders that were looked at here, for the palette. */
const order = location.pathname.match(/^\/orders\/[0-9a-f-]{36}$/);
if (order) {
  const others = looked().filter(([, url]) => url !== order[0]);
  sessionStorage[whose] = JSON.stringify([[$("h1").textContent, order[0]], ...others].slice(0, 8));
}
toast();
navigator.serviceWorker?.register("/away.js?" + new URL($("link[rel=stylesheet]").href).pathname).catch(() => {});
})();

// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors
//
// What a page gains from a script: times in the reader's zone, and parts that follow what happens. All else works
// without it.
"use strict";
(() => {
  const minute = 60_000;

  // Times

  // Seconds of a unit, and from how many seconds on it is used.
  const lengths = [
    { size: 86_400, from: 172_800, unit: "day" }, { size: 3600, from: 7200, unit: "hour" },
    { size: 60, from: 120, unit: "minute" }, { size: 1, from: 0, unit: "second" },
  ];
  const relative = new Intl.RelativeTimeFormat(undefined, { style: "short", numeric: "auto" });
  const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

  function ago(milliseconds) {
    const seconds = (milliseconds - Date.now()) / 1000;
    if (Math.abs(seconds) < 1) return "just now";
    const { size, unit } = lengths.find((each) => Math.abs(seconds) >= each.from);
    return relative.format(Math.trunc(seconds / size), unit);
  }

  function localize(root) {
    for (const element of root.querySelectorAll("time[data-form]")) {
      const moment = Date.parse(element.dateTime);
      if (Number.isNaN(moment)) continue;
      const isAgo = element.dataset.form === "ago";
      const text = isAgo ? ago(moment) : absolute.format(moment);
      if (element.textContent !== text) element.textContent = text;
      element.title = full.format(moment);
    }
  }

  // What is written into a field without a zone is meant in the reader's; the server is told in UTC.
  const written = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/;
  const exact = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/;

  function inUTC(text) {
    const found = written.exec(text.trim());
    const moment = found ? new Date(`${found[1]}T${found[2] ?? "00:00"}`) : null;
    return !moment || Number.isNaN(moment.getTime()) ? text : moment.toISOString();
  }

  function inZone(text) {
    const moment = exact.test(text) ? new Date(text) : null;
    if (!moment || Number.isNaN(moment.getTime())) return text;
    const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * minute);
    return shifted.toISOString().slice(0, 19).replace(/:00$/, "").replace(/T00:00$/, "");
  }

  for (const field of document.querySelectorAll("input[data-form=moment]")) {
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    if (label) label.textContent = label.textContent.replace(" (UTC)", "");
    field.value = inZone(field.value);
    field.form?.addEventListener("formdata", (event) => event.formData.set(field.name, inUTC(field.value)));
  }

  // Parts that have changed

  const page = document.getElementById("content");
  const pulse = document.getElementById("pulse");
  const news = document.getElementById("news");
  // As the server wrote them: what the script made of a part is no change.
  const known = new Map();

  function parts(root) { return root.querySelectorAll("[data-part]"); }

  // A part that the reader writes in is left alone until he is through.
  function isInUse(part) {
    const focus = document.activeElement;
    return part.contains(focus) && focus.matches("input, select, textarea");
  }

  function replace(part, fresh) {
    const focus = part.contains(document.activeElement) ? document.activeElement : null;
    const place = focus && [...part.querySelectorAll("a, button, summary")].indexOf(focus);
    const open = new Set([...part.querySelectorAll("details[open][id]")].map((each) => each.id));
    part.replaceChildren(...fresh.childNodes);
    for (const each of part.querySelectorAll("details[id]")) each.open = each.open || open.has(each.id);
    if (focus && place >= 0) part.querySelectorAll("a, button, summary")[place]?.focus({ preventScroll: true });
    localize(part);
    part.classList.remove("changed");
    void part.offsetWidth;
    part.classList.add("changed");
  }

  async function refresh() {
    const answer = await fetch(location.href, { headers: { "X-Trimtab-Part": "main" }, cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const names = [...parts(fresh)].map((part) => part.dataset.part);
    for (const part of parts(fresh)) {
      const name = part.dataset.part;
      const own = page.querySelector(`[data-part="${CSS.escape(name)}"]`);
      if (!own || known.get(name) === part.innerHTML || isInUse(own)) continue;
      known.set(name, part.innerHTML);
      replace(own, part);
    }
    // A page that has got other parts (a unit that was removed) is another page.
    if ([...parts(page)].some((part) => !names.includes(part.dataset.part))) location.reload();
  }

  // Following

  const pause = 500;
  // Where the news begin that this page does not hold; a stream that is opened later begins with what comes then.
  let place = page.dataset.live;
  let stream = null;
  let due = false;
  let busy = false;

  function say(state, words) {
    pulse.hidden = false;
    pulse.className = `pulse ${state}`;
    if (pulse.textContent !== words) pulse.textContent = words;
  }

  // The first change shows at once; those that follow wait for each other, and longer where the server takes its time.
  async function changed() {
    due = true;
    if (busy) return;
    busy = true;
    while (due) {
      due = false;
      const began = performance.now();
      try {
        await refresh();
      } catch {
        say("off", "Not up to date");
      }
      await new Promise((done) => setTimeout(done, Math.max(pause, 4 * (performance.now() - began))));
    }
    busy = false;
  }

  function follow() {
    if (stream || document.hidden) return;
    stream = new EventSource(place);
    let opened = place === page.dataset.live;
    const later = new URL(place, location);
    later.searchParams.delete("after");
    later.searchParams.delete("mark");
    place = later.href;
    stream.addEventListener("open", () => {
      say("on", "Live");
      // What came while there was no stream is in the page, once that is asked for again.
      if (!opened) changed();
      opened = false;
    });
    stream.addEventListener("error", () => {
      say("off", "Reconnecting");
      if (stream?.readyState !== EventSource.CLOSED) return;
      stream = null;
      setTimeout(follow, 5000);
    });
    stream.addEventListener("change", (event) => {
      const change = JSON.parse(event.data);
      news.textContent = change.words;
      changed();
    });
  }

  // Browsers open few connections to one server: pages that nobody sees hold none.
  function attend() {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else {
      changed();
      follow();
    }
  }

  for (const part of parts(page)) known.set(part.dataset.part, part.innerHTML);
  localize(document);
  setInterval(() => { if (!document.hidden) localize(document); }, minute / 4);
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", () => {
      for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = true; });
    });
  }
  addEventListener("pageshow", () => { for (const each of document.querySelectorAll("button")) each.disabled = false; });
  if (page.dataset.live) {
    document.addEventListener("visibilitychange", attend);
    follow();
  }
})();

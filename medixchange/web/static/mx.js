/* medixchange: what a page gains with a script; every page works without it. */
(() => {
"use strict";
const d = document, all = s => d.querySelectorAll(s);
// The viewer's own clock, where it is none of those printed.
let device = () => {};
try {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, two = "2-digit";
  const lang = d.documentElement.lang.replace(/^en$/, "en-GB"); // plain English would write months before days
  const offset = (timeZone, at) => Intl.DateTimeFormat("en", {timeZone, timeZoneName: "shortOffset"})
    .formatToParts(at).find(p => p.type == "timeZoneName").value.replace("GMT", "UTC").replace("-", "−");
  device = within => within.querySelectorAll("[data-zones]").forEach(e => {
    const from = new Date(e.dataset.from), to = new Date(e.dataset.to), mine = offset(zone, from);
    if (e.dataset.zones.split(" ").some(z => offset(z, from) == mine)) return;
    const [where, when] = e.querySelectorAll("bdi");
    const day = at => new Intl.DateTimeFormat(lang + "-u-nu-latn-ca-gregory", {
      timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric"
    }).format(at);
    // Written as the server writes hours, and from left to right in every language.
    const clock = at => new Intl.DateTimeFormat("en-GB", {timeZone: zone, hourCycle: "h23", hour: two, minute: two})
      .format(at);
    const comma = {zh: " ", ar: "، "}[lang.slice(0, 2)] ?? ", ";
    const ends = day(from) == day(to) ? "–" + clock(to) + "\u2069" : "\u2069 – " + day(to) + comma + clock(to);
    where.textContent = mine; // browsers know cities by old names, in English alone
    when.textContent = day(from) + comma + "\u2066" + clock(from) + ends;
    e.hidden = false;
  });
  device(d);
} catch {}
// The error summary takes the focus.
d.getElementById("errors")?.focus();
// Copying: data-copy names the field, data-done says that it was done; without a script there is no button.
all("[data-copy]").forEach(b => b.hidden = false);
d.addEventListener("click", ev => {
  const b = ev.target.closest("[data-copy]");
  if (!b) return;
  const f = d.getElementById(b.dataset.copy);
  f.select();
  Promise.resolve(navigator.clipboard?.writeText(f.value) ?? d.execCommand("copy"))
    .then(() => b.textContent = b.dataset.done);
});
// What goes on elsewhere is looked at again by itself while somebody looks; when it is over the page is read anew, unless
// somebody has begun to change it.
const follow = e => setTimeout(async () => {
  if (d.hidden) return follow(e);
  const page = await fetch(location.href).then(r => r.ok ? r.text() : "").catch(() => "");
  const now = page && new DOMParser().parseFromString(page, "text/html").getElementById(e.id);
  if (now) e.innerHTML = now.innerHTML;
  const touched = [...all("main input")].some(f => f.checked != f.defaultChecked || f.value != f.defaultValue);
  if (page && !now && !touched) location.reload(); else if (now || !page) follow(e);
}, 2000);
all("[data-follow]").forEach(follow);
// What a part says is wrong: data-wrong names the fields beside it, which are marked as the server marks them.
const mark = (e, wrong = "") => e.closest("fieldset")?.querySelectorAll("select").forEach(s => {
  const bad = wrong.split(" ").includes(s.name);
  s.closest(".field").classList.toggle("has-err", bad);
  [["aria-invalid", true], ["aria-describedby", e.id]].forEach(([k, v]) => bad ? s.setAttribute(k, v) : s.removeAttribute(k));
});
// A form that answers while it is filled in: data-live names whom to ask, its own page where it names nobody; the answer
// takes the place of each data-part.
all("[data-live]").forEach(f => {
  let wait, last;
  const ask = async () => {
    const own = !f.dataset.live, to = (f.dataset.live || location.pathname) + "?" + new URLSearchParams(new FormData(f));
    last = to;
    const page = navigator.onLine ? await fetch(to).then(r => r.ok ? r.text() : "").catch(() => "") : "";
    if (to != last) return;
    // Without an answer nothing is said of what is chosen now.
    if (!page) return f.querySelectorAll("[data-part][role=status]").forEach(e => { e.replaceChildren(); mark(e); });
    const now = new DOMParser().parseFromString(page, "text/html"), here = d.activeElement.id;
    f.querySelectorAll("[data-part]").forEach(e => {
      const open = [...e.querySelectorAll("details")].map(x => x.open), said = now.getElementById(e.id);
      e.innerHTML = said?.innerHTML ?? "";
      mark(e, said?.dataset.wrong);
      e.querySelectorAll("details").forEach((x, i) => x.open = open[i]);
      device(e);
    });
    if (here) d.getElementById(here)?.focus();
    if (own) history.replaceState(null, "", to);
  };
  f.addEventListener("change", () => { clearTimeout(wait); wait = setTimeout(ask, 300); });
});
// A form is sent once.
d.addEventListener("submit", ev => {
  const s = ev.target.dataset;
  if (s.sent) ev.preventDefault();
  s.sent = 1;
});
addEventListener("pageshow", () => all("form").forEach(f => delete f.dataset.sent));
})();

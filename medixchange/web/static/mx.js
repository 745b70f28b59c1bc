/* medixchange: what a page gains with a script; every page works without it. */
(() => {
"use strict";
const d = document, all = s => d.querySelectorAll(s);
// The viewer's own clock beside the printed ones, where it is none of them.
try {
  const lang = d.documentElement.lang, zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const show = (options, ...at) => {
    const f = new Intl.DateTimeFormat(lang + "-u-nu-latn-ca-gregory", {timeZone: zone, hourCycle: "h23", ...options});
    return at.length > 1 ? f.formatRange(...at) : f.format(at[0]);
  };
  const offset = (z, at) => new Intl.DateTimeFormat("en", {timeZone: z, timeZoneName: "longOffset"})
    .formatToParts(at).find(p => p.type === "timeZoneName").value;
  all("[data-zones]").forEach(e => {
    const from = new Date(e.dataset.from), to = new Date(e.dataset.to), mine = offset(zone, from);
    if (e.dataset.zones.split(" ").some(z => offset(z, from) === mine)) return;
    e.querySelector("dt bdi").textContent = zone.split("/").pop().replaceAll("_", " ") + ", " + mine.replace("GMT", "UTC");
    e.querySelector("dd bdi").textContent = show(
      {weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit"}, from, to);
    e.hidden = false;
  });
} catch {}
// The error summary takes the focus.
d.getElementById("errors")?.focus();
// Copy buttons: data-copy names the field, data-done says that it was done.
d.addEventListener("click", ev => {
  const b = ev.target.closest("[data-copy]");
  if (!b) return;
  const f = d.getElementById(b.dataset.copy);
  f.select();
  Promise.resolve(navigator.clipboard?.writeText(f.value) ?? d.execCommand("copy")).then(() => { b.textContent = b.dataset.done; });
});
// A form is sent once.
d.addEventListener("submit", ev => {
  const f = ev.target;
  if (f.dataset.sent) ev.preventDefault();
  f.dataset.sent = 1;
});
addEventListener("pageshow", () => all("form[data-sent]").forEach(f => delete f.dataset.sent));
})();

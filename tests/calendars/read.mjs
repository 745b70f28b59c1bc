// Reads iCalendar objects with ical.js: a JSON string on each line of standard input, a JSON list on each line out.
import { createInterface } from "node:readline";

import ICAL from "../vendor/ical.js/ical.mjs";

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      starts_at: event.startDate.toJSDate().toISOString(),
      ends_at: event.endDate.toJSDate().toISOString(),
      summary: event.summary ?? "",
      description: event.description ?? "",
      attendees: event.attendees.map((property) => property.getFirstValue()),
      answers: event.attendees.map((property) =>
        ["partstat", "rsvp"].map((name) => property.getFirstParameter(name) ?? "").join("/"),
      ),
      method: calendar.getFirstPropertyValue("method") ?? "",
    };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { events: read(JSON.parse(line)) };
  } catch (fault) {
    answer = { fault: String(fault) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

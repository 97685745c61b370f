// node may_i_call.mjs [ADDRESS]: may we call this person tonight, and when next?

import { overHttp, overPipe, Unreadable } from "./leadcore.mjs";

const leadcore = process.argv[2] ? overHttp(process.argv[2]) : overPipe();
const question = {
  kind: "contact",
  instant_utc: "2026-11-24T02:30:00Z",
  facts: {
    channel: "call",
    initiation: "manual",
    purpose: "telemarketing",
    seller: "north-legal",
    lead: { tcpa: "no", zip: "10027" },
    number: { e164: "+12125550100", line_type: "wireless", zones: ["America/New_York"] },
    states: ["NY"],
    consent: { level: "none", invitation: true, revoked_at: null },
    dnc: { national: false, scrubbed_on: "2026-11-24", internal_since: null },
    rnd: { status: "not_checked" },
    history: [],
    declared_emergencies: [],
  },
};

const [tonight, days] = await Promise.all([
  leadcore.ask({ ...question, id: "tonight" }),
  leadcore.ask({
    id: "stop",
    kind: "deadline",
    facts: {
      receipt_utc: "2026-11-24T15:00:00Z",
      zone: "America/New_York",
      business_days: 10,
      calendar: "us-federal-observed",
    },
  }),
]);
console.log(tonight.answer, tonight.rules.join(","), tonight.next_permitted_at);
console.log(days.answer);
try {
  await leadcore.ask({ kind: "contact", instant_utc: "yesterday", facts: {} });
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  console.log(error.problems[0].path);
}
leadcore.close();

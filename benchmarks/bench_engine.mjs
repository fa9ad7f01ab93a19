// XState over the exported sale: each line in is a number of rounds, each line out the processor time of a step in µs.
// A step begins with the JSON of a persisted snapshot and ends with the JSON of the next one.
import { createInterface } from "node:readline";
import { assign, createMachine, transition } from "xstate";

const outstanding = (sale) => Math.max(0, sale.grand_total - sale.returned_total - sale.captured_total + sale.refunded_total);
const granted = (override, now) => override.status === "granted" && (!override.expires_at || now <= override.expires_at);
const overage = (sale) => Math.max(0, (sale.credit?.exposure ?? 0) + outstanding(sale) - (sale.credit?.limit ?? 0));
const paid = ({ context }) => context.captured_total - context.refunded_total >= context.grand_total - context.returned_total;
const onAccount = ({ context }) => context.payment_method === "INVOICE" || context.payment_method === "PURCHASE_ORDER";
const within = ({ context }) => overage(context) === 0;
const admin = ({ context, event }) => granted(context.admin, event.facts.now);
const credit = ({ context, event }) =>
  granted(context.credit_override, event.facts.now) && context.credit_override.approved_amount >= overage(context);

const guards = {
  clear_to_fulfill: (at) => paid(at) || ((onAccount(at) || admin(at)) && (within(at) || credit(at))),
  lacks_credit: (at) => onAccount(at) && !within(at) && !credit(at),
  captures_something: ({ event }) => event.amount > 0,
  paid_in_full: paid,
};

const actions = {
  look_at_credit: assign({ credit: ({ event }) => event.facts.credit }),
  set_payment_method: assign({ payment_method: ({ event }) => event.method }),
  capture: assign(({ context, event }) => {
    const more = { ...context, captured_total: context.captured_total + event.amount, expires_at: null };
    return { ...more, exposed: Math.min(more.exposed, outstanding(more)) };
  }),
  clear: assign(({ context, event }) => ({
    cleared_by: paid({ context }) ? "payment" : "credit",
    cleared_at: event.facts.now,
    exposed: outstanding(context),
    is_held: false,
  })),
  stop_clock: assign({ expires_at: null }),
};

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { machine: exported, rows } = JSON.parse((await lines.next()).value);
const machine = createMachine(exported, { guards, actions });

function step({ snapshot, event }) {
  const { value, context } = JSON.parse(snapshot);
  const [next] = transition(machine, machine.resolveState({ value, context }), event);
  return JSON.stringify({ value: next.value, context: next.context });
}

process.stdout.write(JSON.stringify(rows.map((row) => JSON.parse(step(row)))) + "\n");
for await (const rounds of lines) {
  const before = process.cpuUsage();
  for (let round = 0; round < +rounds; round++) for (const row of rows) step(row);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / +rounds / rows.length}\n`);
}

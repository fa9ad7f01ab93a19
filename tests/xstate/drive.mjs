// Drives an exported machine: lines {machine, steps: [{event, yes: [guards that hold]}]} in, lines of what it came to out.
import { createInterface } from "node:readline";
import { createMachine, initialTransition, transition } from "xstate";

const options = { maxIterations: 1000 };
let yes = new Set();
const guards = new Proxy({}, { get: (_, name) => () => yes.has(name) });

function shown([snapshot, effects]) {
  if (snapshot.status === "error") throw snapshot.error;
  const actions = effects.map((effect) => effect.type);
  return { value: snapshot.value, done: snapshot.status === "done", actions };
}

function drive({ machine: exported, steps }) {
  const rests = [];
  try {
    const machine = createMachine({ ...exported, options }, { guards });
    yes = new Set(steps[0].yes);
    let now = initialTransition(machine);
    rests.push(shown(now));
    for (const step of steps.slice(1)) {
      yes = new Set(step.yes);
      now = now[0].status === "done" ? [now[0], []] : transition(machine, now[0], { type: step.event });
      rests.push(shown(now));
    }
  } catch (error) {
    return { rests, error: error.message };
  }
  return { rests };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(drive(JSON.parse(line))) + "\n");
}

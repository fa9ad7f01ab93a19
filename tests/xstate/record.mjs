// Records what XState answers: lines {config, events} in, lines {...line, answer} out, in the form of the recorded answers.
import { createInterface } from "node:readline";
import { assign, createMachine, initialTransition, raise, transition } from "xstate";

const options = { maxIterations: 1000 };
const guards = new Proxy({}, { get: (_, name) => judge(name) });
const actions = new Proxy({}, { get: (_, name) => perform(name) });

function judge(name) {
  const [, word, a, b] = name.match(/^(mod|under|x)(\d+)(?:_(\d+))?$/);
  return ({ context, event }) =>
    word === "mod" ? context.n % +a === +b : word === "under" ? context.n < +a : (event.x ?? 0) === +a;
}

function perform(name) {
  const add = name.match(/^add(\d+)_/);
  if (add) return assign(({ context }) => ({ n: context.n + +add[1], trace: [...context.trace, name] }));
  if (name.startsWith("sig_")) return raise({ type: name.slice(4) });
  return () => {};
}

function shown([snapshot, effects]) {
  if (snapshot.status === "error") throw snapshot.error;
  const said = effects.map((effect) => effect.type).filter((type) => type.startsWith("say_"));
  return { value: snapshot.value, context: snapshot.context, done: snapshot.status === "done", actions: said };
}

function answer({ config, events }) {
  const steps = [];
  try {
    const machine = createMachine({ ...config, context: { n: 0, trace: [] }, options }, { guards, actions });
    let now = initialTransition(machine);
    steps.push(shown(now));
    for (const event of events) {
      now = now[0].status === "done" ? [now[0], []] : transition(machine, now[0], event);
      steps.push(shown(now));
    }
  } catch (error) {
    return { steps, error: error.message };
  }
  return { steps };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  process.stdout.write(JSON.stringify({ ...asked, answer: answer(asked) }) + "\n");
}

// Ask leadcore from Node, in either of two ways, without any package.
//
//   import { overPipe, overHttp } from "./leadcore.mjs";
//   const leadcore = overPipe();                        // one process, as long as yours runs
//   const leadcore = overHttp("http://127.0.0.1:8017/decide");
//   const { answer, next_permitted_at } = await leadcore.ask({ kind: "contact", … });

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Unreadable extends Error {
  // What is wrong with a question: [{ path, message }, …].
  constructor(problems) {
    super(problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; "));
    this.problems = problems;
  }
}

const answered = (said) => {
  if (said.error) throw new Unreadable(said.error);
  return said;
};

/** Keeps one `leadcore decide` running; answers come in the order of the questions. */
export function overPipe(command = "leadcore") {
  const child = spawn(command, ["decide"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  let over = null;
  const end = (reason) => {
    over ??= reason;
    for (const { reject } of waiting.splice(0)) reject(over);
  };
  child.on("error", end);
  child.on("exit", () => end(new Error("leadcore has ended")));
  child.stdin.on("error", end);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { resolve, reject } = waiting.shift();
    try {
      resolve(answered(JSON.parse(line)));
    } catch (error) {
      reject(error);
    }
  });
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (over) return reject(over);
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    close: () => child.stdin.end(),
  };
}

/** Asks a `leadcore decide --http PORT` that runs somewhere. */
export function overHttp(address) {
  return {
    ask: async (question) => {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(10_000),
      });
      return answered(await response.json());
    },
    close: () => {},
  };
}

/** Runs asynchronous steps one after another: two negotiations of one connection never overlap. */
export class TaskQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Settles as `task` does, once all earlier tasks are done. A failed task does not stop later ones. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task, task);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

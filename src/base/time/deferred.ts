export interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
}

/** A promise that somebody else resolves. Node 20 has no `Promise.withResolvers`. */
export function deferred<Value>(): Deferred<Value> {
  let resolve!: (value: Value) => void
  const promise = new Promise<Value>((settle) => (resolve = settle))
  return { promise, resolve }
}

/** A value as JSON, on one line unless `indent` is given; `undefined` for what JSON cannot say, such as a function. */
export function jsonText(value: unknown, indent?: number): string | undefined {
  return JSON.stringify(value, null, indent)
}

/** Where something is in a value, as people write it: `command.argv[4]`. Empty for the whole value. */
export function placePath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

/** The same flags, under a heading of their own in the help of a command that has many. */
export function under<Flags extends Readonly<Record<string, object>>>(helpGroup: string, flags: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, { ...flag, helpGroup }])) as Flags
}

/**
 * Does something with the rights of a user who owns nothing, so that refusals can be met by root as well (in CI
 * containers and on operators' machines tests run as root). Anybody else does it as they are.
 */
export async function asNobody<Value>(act: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(65_534)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

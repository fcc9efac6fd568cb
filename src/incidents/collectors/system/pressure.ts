import { readFile } from 'node:fs/promises'

/**
 * How long work stood still for want of something: share of the last 10, 60 and 300 seconds in percent
 * (Documentation/accounting/psi).
 */
export async function pressure(): Promise<unknown> {
  const all = await Promise.all(
    ['cpu', 'memory', 'io'].map(
      async (what) => [what, readPressure(await readFile(`/proc/pressure/${what}`, 'utf8').catch(() => ''))] as const,
    ),
  )
  const told = all.filter(([, lines]) => Object.keys(lines).length > 0)
  if (told.length === 0) throw new Error('the system does not tell')
  return Object.fromEntries(told)
}

export function readPressure(text: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...text.matchAll(/^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) /gm)].map(
      ([, who = '', ten, sixty, threeHundred]) => [
        who,
        { seconds10: Number(ten), seconds60: Number(sixty), seconds300: Number(threeHundred) },
      ],
    ),
  )
}

import { z } from 'zod'

/**
 * Text that a step hands to somebody else as it is. A NUL character ends a text for half of the world, so there is none
 * in it.
 */
export const plainText = (longest = 100_000) =>
  z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'), 'expected text without a NUL character')

/** Whether some text in a value holds a NUL character, its keys included. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, element]) => key.includes('\0') || holdsNul(element))
}

/** Anything JSON can hold, without a NUL character in its texts. */
export const plainJson = () => z.unknown().refine((value) => !holdsNul(value), 'expected text without a NUL character')

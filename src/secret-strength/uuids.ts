/** A UUID in a text, and how many of its bits its version leaves to chance. */
export interface FoundUuid {
  readonly start: number
  readonly end: number
  readonly version: number
  readonly bits: number
}

const written = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/giu

/** 128 bits less four of the version and two of the variant. */
const bitsOfVersion4 = 122

/**
 * The UUIDs in a text, in their written form with hyphens (braces and `urn:uuid:` may stand around them). Only version
 * 4 is random (RFC 9562 §5.4). Versions 1 and 6 are a clock and a network address, 3 and 5 a digest of a name, 7 begins
 * with the time, 8 is anybody's; nil and max are constants. Without hyphens a UUID of those kinds cannot be told from
 * random hexadecimal digits, and is not looked for.
 */
export function findUuids(text: string): readonly FoundUuid[] {
  return [...text.matchAll(written)].map((match) => {
    const uuid = match[0]
    const isRandom = uuid[14] === '4' && /[89ab]/iu.test(uuid.charAt(19))
    return {
      start: match.index,
      end: match.index + uuid.length,
      version: Number.parseInt(uuid.charAt(14), 16),
      bits: isRandom ? bitsOfVersion4 : 0,
    }
  })
}

/** Whether UUIDs that are not random make up most of a text. */
export function isMadeOfUnrandomUuids(text: string): boolean {
  const covered = findUuids(text).reduce((sum, { start, end, bits }) => (bits === 0 ? sum + end - start : sum), 0)
  return covered > 0 && covered >= text.length / 2
}

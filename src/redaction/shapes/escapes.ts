/**
 * How many backslashes stand before a quote that JSON escaped five times over, as in an annotation of a manifest in a
 * log line.
 */
export const MOST_ESCAPES = 31

/** The backslashes before an escaped quote, as part of a pattern: none, 1, 3, 7, 15 or 31. */
export const ESCAPES = String.raw`\\{0,31}`

/** A quote, escaped or not, or none. */
export const ANY_QUOTE = `${ESCAPES}["']?`

/** A line's end, also escaped: as `\n` in a text that was made one line, once more for each time. */
export const ANY_NEWLINE = String.raw`(?:\r?\n|(?:\\{1,31}r)?\\{1,31}n)`

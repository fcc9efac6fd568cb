/**
 * What is in the place of everything that was masked. One constant: it holds no length, no name and no part of what was
 * there, and scrubbing it again changes nothing.
 */
export const MARKER = '[redacted]'

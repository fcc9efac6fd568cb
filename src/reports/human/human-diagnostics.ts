import type { Section } from './ink.js'

/** Why nothing ran: every problem at its place. */
export const diagnosticSection: Section = ({ diagnostics = [] }, ink) => {
  if (diagnostics.length === 0) return []
  const lines = diagnostics.flatMap(({ file, line, column, message, hint }) => [
    ...ink.prose(`${file}:${line}:${column}`, 2, 'strong'),
    ...ink.prose(message, 4),
    ...(hint === undefined ? [] : ink.prose(hint, 4, 'faint')),
  ])
  return [ink.write(`Problems (${diagnostics.length})`, 'strong'), ...lines]
}

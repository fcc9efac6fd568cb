import { neutralise } from './terminal-text.js'

/** A value on one line, in quotes where blanks around it, or its emptiness, would not be seen. */
export function valueText(value: string): string {
  return value === '' || value !== value.trim() ? `"${neutralise(value)}"` : neutralise(value)
}

import { neutralise } from './terminal-text.js'

/**
 * Characters that take no ink: blanks, controls, what is unassigned, marks without a letter, fillers and the empty
 * braille cell.
 */
const unseen = /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** Whether a reader sees anything of a text. */
export function hasVisibleText(text: string): boolean {
  return text.replace(unseen, '') !== ''
}

/**
 * The first character of a text that a reader does not see, or that changes the order of what he sees, as an escape;
 * line ends and tabs are none.
 */
export function hiddenCharacter(text: string): string | undefined {
  for (const character of text) {
    const shown = neutralise(character, { keepNewlines: true })
    if (shown !== character) return shown
  }
  return undefined
}

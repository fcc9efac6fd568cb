/** A noun of a message behind its article: `a result`, `an undo`. By its first letter, as all nouns of messages go. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

/** What python-dotenv takes for a blank besides the space and the tab. */
export const rareBlank = /[\v\f\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

export const withReader = 'name the program that reads the file with --env-reader'

export const inSingleQuotes = `put the value in single quotes, or ${withReader}`

/**
 * Kinds of text outside of quotes that readers take differently: what is looked for, the fault's code, what is said of
 * it and the cure.
 */
export const unquotedDifferences: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /['"]/,
    'quote-within',
    'the value contains a quote: a shell removes it, python-dotenv, docker and systemd keep it',
    'put the whole value in one pair of quotes',
  ],
  [
    /\\/,
    'backslash',
    'a backslash outside of quotes: a shell and systemd drop it, python-dotenv and docker keep it',
    inSingleQuotes,
  ],
  [
    /[ \t]#/,
    'comment-after-value',
    'a comment follows the value: python-dotenv and a shell drop it, docker and systemd keep it as a part of the value',
    'put the comment on its own line',
  ],
  [
    /[ \t]+$/,
    'blank-at-end',
    'the line ends with spaces: docker keeps them, python-dotenv, a shell and systemd drop them',
    'remove them',
  ],
  [
    /[ \t]+[A-Za-z_][A-Za-z0-9_]*=/,
    'second-assignment',
    'a second NAME= on the line: a shell sets two variables, python-dotenv, docker and systemd one',
    'write each assignment on its own line, or put the value in quotes',
  ],
  [
    /[ \t]/,
    'second-word',
    'the value contains a space: a shell reads the next word as a command, python-dotenv, docker and systemd keep it',
    'put the value in quotes',
  ],
  [
    /[;&|<>()]/,
    'shell-operator',
    'the value has a character that a shell reads as an operator (one of ; & | < > and the parentheses), but python-dotenv, docker and systemd keep',
    'put the value in quotes',
  ],
  [
    /(?:^|:)~/,
    'home-folder',
    'a tilde starts the value or follows a colon: a shell replaces it with a home folder, python-dotenv, docker and systemd keep it',
    'write the folder in full, or put the value in quotes',
  ],
]

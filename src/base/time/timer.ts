/** The longest a Node timer can wait, in milliseconds: anything above fires at once. */
export const longestTimer = 2 ** 31 - 1

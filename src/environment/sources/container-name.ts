/**
 * Names that every container runtime takes for a variable's; other ones are passed over, refused or set, depending on
 * its version.
 */
export const containerVariable = /^[-._A-Za-z][-._A-Za-z0-9]*$/

export const containerVariableHint = 'a name has letters, digits, _, - and . only, and no digit first'

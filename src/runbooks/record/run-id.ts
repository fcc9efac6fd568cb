/** The form of a run's id, as the source of a regular expression: `20261121T042400Z-deploy-production-3f9a1c`. */
export const runIdSource = String.raw`\d{8}T\d{6}Z-[a-z0-9-]+-[0-9a-f]{6}`

import { z } from 'zod'

/** The name of an environment variable, where an input names one. */
export const variableName = () =>
  z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'expected the name of an environment variable')
    .meta({ preflight: 'variable' })

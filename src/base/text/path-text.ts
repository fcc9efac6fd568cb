import { z } from 'zod'

/** A path on this machine, where an input names one; a relative one starts from the folder preflight runs in. */
export const pathText = () =>
  z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'expected a path without a NUL character')

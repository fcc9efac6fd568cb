import { isRefusal } from './refusal.js'

/**
 * Reads what one place of an input contacts: `host:port`, a URL without credentials, or the path of a socket.
 *
 * @throws Refusal for what cannot be read: nothing is contacted then
 */
export type AddressReading = () => readonly string[]

interface ReadAddresses {
  /** Each once. */
  readonly addresses: readonly string[]
  /** Whether every place could be read. */
  readonly isComplete: boolean
}

/** The addresses of the places that can be read, for a plan. What is contacted says why another one cannot. */
export function readAddresses(readings: readonly AddressReading[]): ReadAddresses {
  const read = readings.map(addressesOf)
  return {
    addresses: [...new Set(read.flatMap((addresses) => addresses ?? []))],
    isComplete: !read.includes(undefined),
  }
}

function addressesOf(reading: AddressReading): readonly string[] | undefined {
  try {
    return reading()
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown
    return undefined
  }
}

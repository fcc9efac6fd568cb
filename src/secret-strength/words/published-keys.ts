/**
 * Secrets that are in standards, manuals and tutorials. Those of one system are in its pack. What is published is tried
 * first, whatever it looks like.
 */
export const publishedKeys: readonly string[] = [
  // Of many manuals and tests.
  'test-secret',
  'your-secure-token',
  'your-redis-password',
  'a_default_secret_key_for_testing',
  // jwt.io, before and after 2024, and the same text as its page encodes it.
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-384-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  // Supabase self-hosting.
  'your-super-secret-jwt-token-with-at-least-32-characters-long',
  'super-secret-jwt-token-with-at-least-32-characters-long',
  // RFC 7515 appendix A.1 and RFC 7520 section 3.5.
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
  'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
  // FastAPI's tutorial, Spring tutorials, OWASP's cheat sheet.
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
  'KYkbbclxtjJMiHzoPvuahOfarej0VV-nQZPFxK0hyro=',
  // Bytes 0 to 31, and nothing but zeroes.
  '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  // The test vector of this tool's own documentation.
  '0123456789abcdef0123456789abcdef',
]

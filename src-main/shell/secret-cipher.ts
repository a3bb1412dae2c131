// Secrets on the desktop are sealed by the system's own store: Keychain, DPAPI, libsecret.
import { Notification, safeStorage } from 'electron'
import type { Log } from '../monitoring'
import type { SecretCipher } from '../storage'
import type { Hints } from './desktop-store'

/** @returns null where the system has no such store; the station then keeps a key file, as on a server */
export async function createSystemCipher(): Promise<SecretCipher | null> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null
  return {
    seal: (text) => safeStorage.encryptStringAsync(text),
    open: async (sealed) => (await safeStorage.decryptStringAsync(Buffer.from(sealed))).result,
  }
}

/** Some Linux desktops have no keyring: what is sealed there opens for anyone who can read the account. Told once. */
export function warnOfPlainSecrets(log: Log, hints: Hints): void {
  if (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text') return
  const body =
    'This desktop has no keyring, so anyone who can read this account could find your stream keys. Install gnome-keyring or KWallet to protect them.'
  log.warn(body)
  if (hints.toldBefore('plainSecrets')) return
  hints.told('plainSecrets')
  new Notification({ title: 'Stream keys are not well protected', body }).show()
}

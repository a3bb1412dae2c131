// Secrets on the desktop are sealed by the system's own store: Keychain, DPAPI, libsecret.
import { safeStorage } from 'electron'
import type { SecretCipher } from '../storage'

/** @returns null where the system has no such store; the station then keeps a key file, as on a server */
export function createSystemCipher(): SecretCipher | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  return {
    seal: (text) => safeStorage.encryptString(text),
    open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
  }
}

/** A sentence where the system's store keeps secrets in plain text, which some Linux desktops do. */
export function cipherWarning(): string | null {
  if (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text') return null
  return 'This desktop has no keyring, so stream keys are kept with a key that anyone who can read this account could find. Install gnome-keyring or KWallet to protect them.'
}

// Sign-in and first set-up, the only screens outside the frame.
export { SetupScreen } from './setup-screen'
export { SignInScreen } from './sign-in-screen'

import type { UserManager } from 'oidc-client-ts';

type Settings = { signIn: { issuer: string; clientId: string; scope: string } | null };

let manager: UserManager | undefined;

/**
 * Signs the user in where the stack asks for it (Authorization Code with PKCE): gives `false` while the browser is on its way
 * to the sign-in page. The tokens are kept for the tab alone.
 */
export async function signIn(): Promise<boolean> {
  const response = await fetch('/sign-in.json');
  const settings = (await response.json()) as Settings;
  if (settings.signIn === null) return true;
  const { UserManager: Manager, WebStorageStateStore } = await import('oidc-client-ts');
  const page = `${window.location.origin}/`;
  manager = new Manager({
    authority: settings.signIn.issuer,
    client_id: settings.signIn.clientId,
    scope: settings.signIn.scope,
    redirect_uri: page,
    post_logout_redirect_uri: page,
    response_type: 'code',
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });
  const answer = new URLSearchParams(window.location.search);
  if (answer.has('state') && (answer.has('code') || answer.has('error'))) {
    const user = await manager.signinCallback();
    // The code is spent, and would be refused at a reload.
    window.history.replaceState(undefined, '', `/${typeof user?.state === 'string' ? user.state : ''}`);
    return true;
  }
  if ((await manager.getUser())?.expired === false) return true;
  await manager.signinRedirect({ state: window.location.hash });
  return false;
}

/** The token that the API asks for, renewed where it has ended; `undefined` where nobody has to sign in. */
export async function accessToken(): Promise<string | undefined> {
  if (manager === undefined) return undefined;
  const user = await manager.getUser();
  if (user !== null && user.expired === false) return user.access_token;
  const renewed = await manager.signinSilent().catch(() => null);
  if (renewed === null) await signInAgain();
  return renewed?.access_token;
}

/** For when a token is refused or has ended: the place that was looked at is opened again afterwards. */
export async function signInAgain(): Promise<void> {
  await manager?.removeUser();
  await manager?.signinRedirect({ state: window.location.hash });
}

/** How to sign out; `undefined` where nobody is signed in. */
export function signOut(): (() => Promise<void>) | undefined {
  const known = manager;
  if (known === undefined) return undefined;
  return async () => {
    try {
      // Cognito wants to know where to go by names of its own.
      const { client_id, post_logout_redirect_uri: logout_uri = '' } = known.settings;
      await known.signoutRedirect({ extraQueryParams: { client_id, logout_uri } });
    } catch {
      // An issuer need not have a place to sign out at: then the tokens are forgotten here.
      await known.removeUser();
      window.location.reload();
    }
  };
}

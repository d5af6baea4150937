import type { Migration } from '#postgres/migrations.js';

/** Personal data is written once and read; the app role can neither change nor remove it. */
export const securityMigrations: readonly Migration[] = [
  {
    id: 'security-001-sealed-rows',
    sql: `
      create table sealing_keys (
        key_id      text primary key,
        fingerprint text not null
      );
      create table person_keys (
        person_ref text primary key,
        key_id     text not null,
        wrapped    bytea not null
      );
      create table sealed_rows (
        ref        text primary key,
        person_ref text not null,
        kind       text not null
          check (kind in ('identity', 'account', 'phone', 'employer-contact', 'staff')),
        nonce      bytea not null,
        ciphertext bytea not null,
        sha256     text not null
      );
      create index sealed_rows_person on sealed_rows (person_ref);
      create table sealed_files (
        ref        text primary key,
        nonce      bytea not null,
        ciphertext bytea not null,
        sha256     text not null
      );
      create table blind_index (
        kind       text not null check (kind in ('id-number', 'account', 'name')),
        hmac       text not null,
        person_ref text not null,
        ref        text not null,
        primary key (kind, hmac, person_ref, ref)
      );
      create index blind_index_person on blind_index (person_ref);
      grant select, insert
         on sealing_keys, person_keys, sealed_rows, sealed_files, blind_index to yuejie_app;`,
  },
  {
    id: 'security-002-sign-in',
    sql: `
      create table staff_accounts (
        account_id    text primary key,
        actor_id      text not null,
        login         text not null unique check (login = lower(login)),
        password_hash text not null,
        must_change   boolean not null,
        disabled      boolean not null default false,
        failed_count  integer not null default 0,
        locked_until  timestamptz
      );
      create index staff_accounts_actor on staff_accounts (actor_id);
      create table sessions (
        session_sha256 text primary key,
        account_id     text not null references staff_accounts,
        created_at     timestamptz not null,
        seen_at        timestamptz not null
      );
      create index sessions_account on sessions (account_id);
      grant select, insert on staff_accounts to yuejie_app;
      grant update (password_hash, must_change, disabled, failed_count, locked_until)
         on staff_accounts to yuejie_app;
      grant select, insert, delete on sessions to yuejie_app;
      grant update (seen_at) on sessions to yuejie_app;`,
  },
  {
    id: 'security-003-sealed-file-parts',
    sql: `
      -- A file of many lines is sealed in parts; one without content is sealed as a whole.
      alter table sealed_files add column content uuid;
      create table sealed_file_parts (
        content    uuid not null,
        no         int not null,
        nonce      bytea not null,
        ciphertext bytea not null,
        primary key (content, no)
      );
      -- What is sealed cannot be compressed.
      alter table sealed_file_parts alter column ciphertext set storage external;
      grant select, insert on sealed_file_parts to yuejie_app;`,
  },
];

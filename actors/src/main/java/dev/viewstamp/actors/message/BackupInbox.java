package dev.viewstamp.actors.message;

/** Whatever a node's door for backups, or the one who makes a backup, accepts. */
public interface BackupInbox {
}

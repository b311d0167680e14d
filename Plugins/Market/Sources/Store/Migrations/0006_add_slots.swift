import Store

extension Migrations {
    /// Slots that can be booked, and who is in. `taken` is counted by the site that keeps the service.
    static let addSlots = Migration(
        6, "add slots",
        """
        CREATE TABLE slot (
          id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
          service BLOB NOT NULL REFERENCES service (id),
          starts_at INTEGER NOT NULL,
          minutes INTEGER NOT NULL CHECK (minutes >= 1),
          capacity INTEGER NOT NULL CHECK (capacity >= 1),
          taken INTEGER NOT NULL DEFAULT 0 CHECK (taken BETWEEN 0 AND capacity),
          place TEXT,
          agency TEXT,
          resource INTEGER,
          resource_title TEXT
        ) STRICT;
        CREATE INDEX slot_service ON slot (service, starts_at);
        CREATE INDEX slot_resource ON slot (agency, resource, starts_at) WHERE resource IS NOT NULL;
        CREATE TABLE slot_booking (
          order_ BLOB NOT NULL PRIMARY KEY CHECK (length(order_) = 16),
          slot BLOB NOT NULL REFERENCES slot (id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX slot_booking_slot ON slot_booking (slot);
        ALTER TABLE service ADD COLUMN slots_revision INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE order_ ADD COLUMN slot BLOB;
        """)
}

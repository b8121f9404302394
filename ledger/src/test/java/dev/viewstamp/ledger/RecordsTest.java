package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The values at the API's edge against the bytes of ledger spec §2. */
class RecordsTest {
    @Test
    void accountBytes() {
        Account account = Account.builder().id(new Uint128(1, 2)).debitsPending(3).debitsPosted(4).creditsPending(5)
                .creditsPosted(6).userData128(7).userData64(8).userData32(9).ledger(700).code(10)
                .flags(AccountFlags.HISTORY | AccountFlags.CLOSED).timestamp(11).build();
        assertBytes("""
                0200000000000000 0100000000000000 0300000000000000 0000000000000000
                0400000000000000 0000000000000000 0500000000000000 0000000000000000
                0600000000000000 0000000000000000 0700000000000000 0000000000000000
                0800000000000000 09000000 00000000 bc020000 0a00 2800 0b00000000000000""",
                AccountLayout.SIZE, account::writeTo);
        assertTrue(account.has(AccountFlags.CLOSED));
        assertEquals(account, account.toBuilder().build());
    }

    @Test
    void transferBytes() {
        Transfer transfer = Transfer.builder().id(1).debit(2).credit(3).amount(Uint128.MAX).pendingId(4)
                .userData128(5).userData64(-1).userData32(6).timeout(4294967295L).ledger(7).code(65535)
                .flags(TransferFlags.IMPORTED | TransferFlags.PENDING).timestamp(8).build();
        assertBytes("""
                0100000000000000 0000000000000000 0200000000000000 0000000000000000
                0300000000000000 0000000000000000 ffffffffffffffff ffffffffffffffff
                0400000000000000 0000000000000000 0500000000000000 0000000000000000
                ffffffffffffffff 06000000 ffffffff 07000000 ffff 0201 0800000000000000""",
                TransferLayout.SIZE, transfer::writeTo);
    }

    @Test
    void filterBytes() {
        AccountFilter filter = AccountFilter.builder().accountId(1).userData128(2).userData64(3).userData32(4).code(5)
                .timestampMin(6).timestampMax(7).limit(8).flags(AccountFilterFlags.REVERSED).build();
        assertBytes("01" + "00".repeat(15) + "02" + "00".repeat(15) + "0300000000000000 04000000 0500"
                + "00".repeat(58) + "0600000000000000 0700000000000000 08000000 04000000",
                AccountFilterLayout.SIZE, filter::writeTo);
        QueryFilter query = QueryFilter.builder().userData128(1).userData64(2).userData32(3).ledger(4).code(5)
                .timestampMin(6).timestampMax(7).limit(8).flags(QueryFilterFlags.REVERSED).build();
        assertBytes("01" + "00".repeat(15) + "0200000000000000 03000000 04000000 0500 000000000000"
                + "0600000000000000 0700000000000000 08000000 01000000",
                QueryFilterLayout.SIZE, query::writeTo);
        ChangeEventsFilter events = ChangeEventsFilter.builder().timestampMin(1).timestampMax(2).limit(3).build();
        assertBytes("0100000000000000 0200000000000000 03000000" + "00".repeat(44),
                ChangeEventsFilterLayout.SIZE, events::writeTo);
    }

    @Test
    void resultBytes() {
        assertBytes("0500000000000000 ffffffff 00000000", CreateResultLayout.SIZE,
                new CreateAccountResult(5, CreateAccountStatus.CREATED)::writeTo);
        assertBytes("0500000000000000 44000000 00000000", CreateResultLayout.SIZE,
                new CreateTransferResult(5, CreateTransferStatus.ID_ALREADY_FAILED)::writeTo);
    }

    @Test
    void changeEventFieldsLieWhereTheSpecificationPutsThem() {
        Transfer transfer = Transfer.builder().id(1).debit(2).credit(3).amount(4).pendingId(5).userData128(6)
                .userData64(7).userData32(8).timeout(9).ledger(10).code(11).flags(12).timestamp(13).build();
        Account debit = Account.builder().id(2).debitsPending(14).debitsPosted(15).creditsPending(16).creditsPosted(17)
                .userData128(18).userData64(19).userData32(20).ledger(10).code(21).flags(22).timestamp(23).build();
        Account credit = Account.builder().id(3).debitsPending(24).debitsPosted(25).creditsPending(26).creditsPosted(27)
                .userData128(28).userData64(29).userData32(30).ledger(10).code(31).flags(32).timestamp(33).build();
        byte[] bytes = new byte[ChangeEventLayout.SIZE];
        new ChangeEvent(34, ChangeEvent.Type.TWO_PHASE_EXPIRED, transfer, debit, credit).writeTo(bytes, 0);
        int[][] offsetAndValue = {
            {0, 1}, {16, 4}, {32, 5}, {48, 6}, {64, 7}, {72, 8}, {76, 9}, {80, 11}, {82, 12}, {84, 10}, {88, 4},
            {128, 2}, {144, 14}, {160, 15}, {176, 16}, {192, 17}, {208, 18}, {224, 19}, {232, 20}, {236, 21}, {238, 22},
            {240, 3}, {256, 24}, {272, 25}, {288, 26}, {304, 27}, {320, 28}, {336, 29}, {344, 30}, {348, 31}, {350, 32},
            {352, 34}, {360, 13}, {368, 23}, {376, 33},
        };
        byte[] expected = new byte[ChangeEventLayout.SIZE];
        for (int[] field : offsetAndValue) expected[field[0]] = (byte) field[1];
        assertArrayEquals(expected, bytes);
    }

    /** Any bytes survive reading and writing, but for the reserved ones. */
    @Test
    void readingAndWritingAreInverse() {
        Random random = new Random(20261123);
        for (int i = 0; i < 200; i++) {
            assertRoundTrip(random, 128, AccountLayout.RESERVED, 4, b -> rewrite(b, Account.read(b, 3)::writeTo));
            assertRoundTrip(random, 128, 0, 0, b -> rewrite(b, Transfer.read(b, 3)::writeTo));
            assertRoundTrip(random, 128, 72, 56, b -> rewrite(b, AccountBalance.read(b, 3)::writeTo));
            assertRoundTrip(random, 128, 46, 58, b -> rewrite(b, AccountFilter.read(b, 3)::writeTo));
            assertRoundTrip(random, 64, 34, 6, b -> rewrite(b, QueryFilter.read(b, 3)::writeTo));
            assertRoundTrip(random, 64, 20, 44, b -> rewrite(b, ChangeEventsFilter.read(b, 3)::writeTo));
            assertRoundTrip(random, 384, 89, 39, b -> {
                b[3 + ChangeEventLayout.TYPE] = (byte) (b[3 + ChangeEventLayout.TYPE] & 3);
                return rewrite(b, ChangeEvent.read(b, 3)::writeTo);
            });
        }
    }

    @Test
    void numbersThatDoNotFitAreRefusedByName() {
        assertRefused("ledger", () -> Account.builder().ledger(1L << 32).build());
        assertRefused("ledger", () -> Account.builder().ledger(-1).build());
        assertRefused("code", () -> Account.builder().code(65536).build());
        assertRefused("flags", () -> Account.builder().flags(-1).build());
        assertRefused("user_data_32", () -> Account.builder().userData32(1L << 32).build());
        assertRefused("id", () -> Account.builder().id(-1).build());
        assertRefused("timeout", () -> Transfer.builder().timeout(1L << 32).build());
        assertRefused("amount", () -> Transfer.builder().amount(-5).build());
        assertRefused("code", () -> AccountFilter.builder().code(1 << 16).build());
        assertRefused("limit", () -> QueryFilter.builder().limit(-1).build());
        assertRefused("limit", () -> ChangeEventsFilter.builder().limit(1L << 32).build());
    }

    @Test
    void changeEventKeepsItsAccountsTogether() {
        Transfer transfer = Transfer.builder().id(1).debit(2).credit(3).ledger(10).build();
        Account debit = Account.builder().id(2).ledger(10).build();
        Account credit = Account.builder().id(3).ledger(11).build();
        assertRefused("credit account 3", () ->
                new ChangeEvent(1, ChangeEvent.Type.SINGLE_PHASE, transfer, debit, credit));
        assertRefused("type", () -> ChangeEvent.Type.byCode(5));
    }

    private static void assertRefused(String field, Runnable attempt) {
        var refusal = assertThrows(IllegalArgumentException.class, attempt::run);
        assertTrue(refusal.getMessage().contains(field), refusal.getMessage());
    }

    private static void assertBytes(String hexadecimal, int size, BiConsumer<byte[], Integer> writer) {
        byte[] target = new byte[size + 5];
        Arrays.fill(target, (byte) 0xEE);
        writer.accept(target, 3);
        byte[] expected = HexFormat.of().parseHex("eeeeee" + hexadecimal.replaceAll("\\s", "") + "eeee");
        assertArrayEquals(expected, target);
    }

    private static void assertRoundTrip(
            Random random, int size, int reserved, int reservedSize, UnaryOperator<byte[]> readAndWrite) {
        byte[] bytes = new byte[size + 3];
        random.nextBytes(bytes);
        Arrays.fill(bytes, 0, 3, (byte) 0);
        byte[] written = readAndWrite.apply(bytes);
        Arrays.fill(bytes, 3 + reserved, 3 + reserved + reservedSize, (byte) 0);
        assertArrayEquals(bytes, written);
    }

    private static byte[] rewrite(byte[] bytes, BiConsumer<byte[], Integer> writer) {
        byte[] result = new byte[bytes.length];
        writer.accept(result, 3);
        return result;
    }
}
